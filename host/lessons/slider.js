// Without it, all steps show one below the other.
for (const figure of document.querySelectorAll(".steps")) {
  const slider = figure.querySelector("input");
  const said = figure.querySelector("output");
  const steps = figure.querySelectorAll(".step");
  const show = () => {
    steps.forEach((step, at) => { step.hidden = at !== Number(slider.value); });
    said.textContent = Number(slider.value) + 1 + " / " + steps.length;
  };
  slider.value = 0;
  slider.addEventListener("input", show);
  show();
}
