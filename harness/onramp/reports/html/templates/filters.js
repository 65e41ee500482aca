// The form of filters: `apply` shows what fits `form.elements`, and says how many of how many do.
// What is filtered stands in the address, so that a link shows the same; anchors stay anchors.
const filtering = (form, fields, apply) => {
  const told = form.querySelector("output");
  const show = () => {
    const [shown, all] = apply(form.elements);
    told.textContent = shown === all ? `${all} hosts` : `${shown} of ${all} hosts`;
  };
  const keep = () => {
    const state = new URLSearchParams();
    for (const name of fields) if (form.elements[name].value) state.set(name, form.elements[name].value);
    const text = state.toString();
    if (text) history.replaceState(null, "", `#${text}`);
    else if (location.hash.includes("=")) history.replaceState(null, "", "#");
  };
  const changed = () => { show(); keep(); };
  const restore = () => {
    if (location.hash && !location.hash.includes("=")) return;
    const state = new URLSearchParams(location.hash.slice(1));
    for (const name of fields) form.elements[name].value = state.get(name) ?? "";
    show();
  };
  form.hidden = false;
  form.addEventListener("input", changed);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(changed));
  addEventListener("hashchange", restore);
  restore();
  show();
  return changed;
};
