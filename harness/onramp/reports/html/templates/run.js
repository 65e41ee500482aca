(() => {
  const form = document.querySelector(".filters");
  if (!form) return;
  const rows = [...document.querySelectorAll("#overview > tbody > tr")];
  const heat = [...document.querySelectorAll("#heatmap > tbody > tr")];
  const names = rows.map((row) => row.cells[0].textContent.toLowerCase());
  const number = (select) => select.selectedOptions[0]?.dataset.n;
  filtering(form, ["q", "status", "os", "pain"], ({ q, status, os, pain }) => {
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
    return [shown, rows.length];
  });
})();
