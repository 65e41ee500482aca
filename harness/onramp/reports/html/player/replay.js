// Nothing is parsed, and no player exists, before somebody presses Play.
(() => {
  "use strict";
  const part = (name) => document.getElementById(`replay-${name}`);
  const [button, again, speed, jump, steps, screen, said] =
    ["play", "again", "speed", "jump", "steps", "screen", "said"].map(part);
  if (!button) return; // a page without a recording
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  const narrow = matchMedia("(max-width: 700px)");
  let player = null;
  let playing = false;

  function shown(now) {
    playing = now;
    button.textContent = now ? "Pause" : "Play";
  }

  function open(startAt) {
    if (player) player.dispose();
    const size = narrow.matches ? { fit: false, terminalFontSize: "11px" } : { fit: "width" };
    player = AsciinemaPlayer.create({ data: part("cast").textContent }, screen, {
      ...size,
      startAt,
      speed: Number(speed.value),
      preload: true,
      cursorMode: still.matches ? "steady" : "blinking",
      logger: { log() {}, debug() {}, info() {}, warn: console.warn, error: console.error },
    });
    player.addEventListener("playing", () => { shown(true); toScreen(); });
    player.addEventListener("pause", () => shown(false));
    player.addEventListener("ended", () => shown(false));
    player.addEventListener("marker", ({ index }) => current(index));
  }

  // Into view, once it has its size: "nearest" moves nothing that is in view.
  function toScreen() {
    setTimeout(() => screen.scrollIntoView({ block: "nearest" }), 100);
  }

  function play() {
    shown(true);
    player.play();
    toScreen();
  }

  // The player's terminal is WebAssembly, which a hardened browser refuses; here, the empty module.
  function able() {
    try {
      return Boolean(new WebAssembly.Module(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0)));
    } catch {
      return false;
    }
  }

  function current(index) {
    [...steps.querySelectorAll("button")].forEach((step, at) => {
      if (at === index) step.setAttribute("aria-current", "step");
      else step.removeAttribute("aria-current");
    });
  }

  // Where a recording can be entered: its markers, as buttons.
  function listSteps() {
    const rows = part("cast").textContent.split("\n").filter((row) => row.startsWith("["));
    rows.map((row) => JSON.parse(row)).filter((row) => row[1] === "m").forEach((row, index) => {
      const step = document.createElement("button");
      step.type = "button";
      step.textContent = row[2];
      step.addEventListener("click", async () => {
        await player.seek({ marker: index });
        current(index);
        play();
      });
      steps.appendChild(document.createElement("li")).append(step);
    });
  }

  function first() {
    const code = document.createElement("script");
    code.textContent = part("code").textContent;
    document.head.append(code);
    listSteps();
    jump.open = !narrow.matches;
    [again, speed.parentElement, jump, screen].forEach((one) => { one.hidden = false; });
    open(0);
  }

  button.addEventListener("click", () => {
    if (!able()) {
      button.disabled = true;
      said.textContent = "This browser cannot play it, as it runs no WebAssembly. A terminal can:";
      return;
    }
    if (!player) first();
    if (playing) player.pause();
    else play();
  });
  again.addEventListener("click", async () => { await player.seek(0); play(); });
  speed.addEventListener("change", () => { open(player.getCurrentTime()); if (playing) play(); });
  part("bar").hidden = false;
})();
