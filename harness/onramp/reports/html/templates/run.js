(() => {
  const form = document.querySelector(".filters");
  if (!form) return;
  const rows = [...document.querySelectorAll("#overview > tbody > tr")];
  const heat = [...document.querySelectorAll("#heatmap > tbody > tr")];
  const names = rows.map((row) => row.cells[0].textContent.toLowerCase());
  const told = form.querySelector("output");
  const fields = ["q", "status", "os", "pain"];
  const number = (select) => select.selectedOptions[0]?.dataset.n;
  const apply = () => {
    const { q, status, os, pain } = form.elements;
    const words = q.value.trim().toLowerCase();
    let shown = 0;
    rows.forEach((row, place) => {
      const fits = names[place].includes(words)
        && (!status.value || row.dataset.s === status.value)
        && (!os.value || row.dataset.o === number(os))
        && (!pain.value || row.dataset.p.includes(` ${number(pain)} `));
      row.hidden = !fits;
      if (heat[place]) heat[place].hidden = !fits;
      shown += fits;
    });
    told.textContent = shown === rows.length ? `${shown} hosts` : `${shown} of ${rows.length} hosts`;
  };
  // What is filtered stands in the address, so that a link shows the same; anchors stay anchors.
  const keep = () => {
    const state = new URLSearchParams();
    for (const name of fields) if (form.elements[name].value) state.set(name, form.elements[name].value);
    const text = state.toString();
    if (text) history.replaceState(null, "", `#${text}`);
    else if (location.hash.includes("=")) history.replaceState(null, "", "#");
  };
  const restore = () => {
    if (location.hash && !location.hash.includes("=")) return;
    const state = new URLSearchParams(location.hash.slice(1));
    for (const name of fields) form.elements[name].value = state.get(name) ?? "";
    apply();
  };
  form.hidden = false;
  form.addEventListener("input", () => { apply(); keep(); });
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(() => { apply(); keep(); }));
  addEventListener("hashchange", restore);
  restore();
  apply();
})();
