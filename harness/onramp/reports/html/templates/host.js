(() => {
  const every = [...document.querySelectorAll("main details")];
  const all = (open) => { for (const one of every) one.open = open; };
  document.querySelector(".tools").hidden = false;
  document.getElementById("open-all").addEventListener("click", () => all(true));
  document.getElementById("close-all").addEventListener("click", () => all(false));
  // Print what is folded, too; afterwards all is as it was.
  let before = [];
  addEventListener("beforeprint", () => {
    before = every.filter((one) => !one.open && !one.classList.contains("log"));
    for (const one of before) one.open = true;
  });
  addEventListener("afterprint", () => { for (const one of before) one.open = false; });
})();
