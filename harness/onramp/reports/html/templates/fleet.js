(() => {
  // Every host is in the page as data; rows are made of those in sight, and a few on either side.
  const MARGIN = 12;
  const data = JSON.parse(document.getElementById("hosts-data").textContent);
  const hosts = data.rows.map(([name, file, badge, system, took, ratings, steps, met, cause]) => ({
    name, file: file || name, badge: data.badges[badge], system: data.systems[system], took, ratings, steps,
    cause: cause < 0 ? "" : data.causes[cause], words: name.toLowerCase(),
    met: Array.from({ length: met.length / 3 }, (_, n) => met.slice(3 * n, 3 * n + 3)),
  }));
  hosts.forEach((host, place) => { host.place = place; host.pains = new Set(host.met.map(([pain]) => data.pains[pain][0])); });
  const form = document.querySelector(".filters");
  const table = document.getElementById("overview");
  const box = table.parentElement;
  const body = table.tBodies[0];
  const heads = [...table.tHead.rows[0].cells];

  // --- one row ---------------------------------------------------------------------------------
  const part = (tag, className, ...inner) => {
    const made = document.createElement(tag);
    if (className) made.className = className;
    made.append(...inner);
    return made;
  };
  const hidden = (text) => part("span", "v", ` ${text}`);
  const duration = (s) => {
    if (s < 0.05) return "under 0.1 s";
    if (s < 10) return `${s.toFixed(1)} s`;
    const whole = Math.round(s);
    if (whole < 60) return `${whole} s`;
    if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
    return `${Math.floor(whole / 3600)} h ${Math.floor(whole % 3600 / 60)} min`;
  };
  const rating = (number) => part("td", number ? `c r-${number >= 8 ? "high" : number >= 5 ? "mid" : "low"}` : "c", number ? `${number}` : "–");
  const step = (host, number) => {
    const state = host.steps[2 * number];
    if (state === undefined || state < 0) return part("td");
    const [name, mark, said] = data.states[state];
    return part("td", `c s-${name}`, mark, hidden(said), ` ${host.steps[2 * number + 1] || ""}`);
  };
  const pain = ([number, outcome, seconds]) => {
    const [name, severity] = data.pains[number];
    const [, mark, said] = data.outcomes[outcome];
    return part("span", `badge v-${severity}`, `${mark} ${name}`, hidden(said), seconds ? ` ${seconds}` : "");
  };
  const steps = (host) => {
    if (host.steps.length) return data.steps.map((_, number) => step(host, number));
    const gone = part("td", "gone", `⊘ not reached: ${host.cause}`);
    gone.colSpan = data.steps.length || 1;
    return [gone];
  };
  const row = (host, place) => {
    const [, kind, said, mark] = host.badge;
    const link = part("a", "", host.name);
    link.href = `hosts/${encodeURIComponent(host.file)}/report.html`;
    const name = part("th", "", link);
    name.scope = "row";
    const sign = part("span", "", mark);
    sign.ariaHidden = "true";
    const met = part("td", "met", ...(host.steps.length && host.cause ? [host.cause, " "] : []), ...host.met.map(pain));
    met.title = [host.cause, ...host.pains].filter(Boolean).join(", ");
    const made = part("tr", `x-${kind}`, name, part("td", "", part("span", `badge s-${kind}`, sign, ` ${said}`)),
      part("td", "", host.system), part("td", "n", duration(host.took)), ...host.ratings.map(rating), ...steps(host), met);
    made.ariaRowIndex = `${place + 2}`;
    return made;
  };

  // --- those in sight --------------------------------------------------------------------------
  const gap = () => {
    const made = part("tr", "gap", part("td"));
    made.cells[0].colSpan = heads.length;
    made.ariaHidden = "true";
    return made;
  };
  const above = gap();
  const below = gap();
  const stretch = (one, count) => { one.hidden = !count; one.cells[0].style.height = `${count * height}px`; };
  let shown = hosts;
  let drawn = new Map(); // of a place in `shown`: its row
  let height = 0;
  const draw = () => {
    if (!height && shown.length) {
      body.replaceChildren(row(shown[0], 0));
      height = body.rows[0].getBoundingClientRect().height || 37;
    }
    const first = Math.max(0, Math.min(Math.floor(box.scrollTop / (height || 37)), shown.length) - MARGIN);
    const last = Math.min(shown.length, first + Math.ceil(innerHeight / (height || 37)) + 2 * MARGIN);
    const kept = new Map(); // a row that stays is the same one: whoever has the focus keeps it
    for (let place = first; place < last; place += 1) kept.set(place, drawn.get(place) ?? row(shown[place], place));
    for (const [place, old] of drawn) if (!kept.has(place)) old.remove();
    drawn = kept;
    stretch(above, first);
    stretch(below, shown.length - last);
    let before = above;
    for (const one of kept.values()) {
      if (before.nextSibling !== one) before.after(one);
      before = one;
    }
  };
  const start = () => {
    drawn = new Map();
    body.replaceChildren(above, below);
    box.scrollTop = 0;
    draw();
  };
  let asked = false;
  const soon = () => {
    if (asked) return;
    asked = true;
    requestAnimationFrame(() => { asked = false; draw(); });
  };
  box.addEventListener("scroll", soon, { passive: true });
  addEventListener("resize", soon);

  // --- sorting and filters ---------------------------------------------------------------------
  const by = {
    host: (one) => one.words, status: (one) => one.place, system: (one) => one.system, took: (one) => one.took,
    pains: (one) => one.met.length,
  };
  data.steps.forEach((_, number) => { by[`step-${number}`] = (one) => ((one.steps[2 * number] ?? -1) < 0 ? -1 : one.steps[2 * number + 1]); });
  (hosts[0]?.ratings ?? []).forEach((_, number) => { by[`rating-${number}`] = (one) => one.ratings[number] || 0; });
  const names = new Intl.Collator(undefined, { numeric: true });
  const compare = (key) => (one, other) => {
    const [a, b] = [key(one), key(other)];
    return typeof a === "string" ? names.compare(a, b) : a - b;
  };
  const sorted = (some, order) => {
    const key = by[order.replace(/^-/, "")];
    const sign = order.startsWith("-") ? -1 : 1;
    return key ? some.sort((a, b) => sign * compare(key)(a, b) || a.place - b.place) : some;
  };
  const apply = ({ q, status, os, pain, cause, sort }) => {
    const words = q.value.trim().toLowerCase();
    const fit = hosts.filter((host) => host.words.includes(words)
      && (!status.value || host.badge[0] === status.value)
      && (!os.value || host.system === os.value)
      && (!pain.value || host.pains.has(pain.value))
      && (!cause.value || host.cause === cause.value));
    shown = sorted(fit, sort.value);
    for (const head of heads) {
      const key = head.dataset.sort;
      if (sort.value === key) head.ariaSort = "ascending";
      else if (sort.value === `-${key}`) head.ariaSort = "descending";
      else head.ariaSort = null;
    }
    table.ariaRowCount = `${shown.length + 1}`;
    start();
    return [shown.length, hosts.length];
  };
  // Columns keep their widths while rows come and go.
  const widest = (texts) => texts.reduce((most, text) => Math.max(most, text.length), 4);
  const wide = [widest(hosts.map((one) => one.name)), widest(data.badges.map((one) => one[2])) + 3, widest(data.systems), 9];
  wide.forEach((count, place) => { heads[place].style.minWidth = `${Math.min(count, 34) + 2}ch`; });
  const changed = filtering(form, ["q", "status", "os", "pain", "cause", "sort"], apply);
  for (const head of heads) {
    const button = part("button", "", ...head.childNodes);
    button.type = "button";
    button.addEventListener("click", () => {
      const { sort } = form.elements;
      const key = head.dataset.sort;
      const falls = !["host", "status", "system"].includes(key); // numbers: the largest first
      const [first, then] = falls ? [`-${key}`, key] : [key, `-${key}`];
      sort.value = sort.value === first ? then : sort.value === then ? "" : first;
      changed();
    });
    head.append(button);
  }
  form.addEventListener("reset", () => { form.elements.sort.value = ""; });
  // A link to a group shows its hosts, also where the address has it already.
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href^='#']");
    if (link?.hash.includes("=")) setTimeout(() => { dispatchEvent(new HashChangeEvent("hashchange")); form.scrollIntoView(); });
  });
})();
