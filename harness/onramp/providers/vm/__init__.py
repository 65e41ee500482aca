"""Fresh virtual machines by Vagrant: boxes made here, machines brought up and taken down."""
