// Says how many more may be chosen; the server checks it anyway.

export function start(form) {
  const most = Number(form.dataset.most);
  const shown = [...form.querySelectorAll('input[type="radio"][value="1"]')];
  const before = Math.max(0, Number(form.dataset.elsewhere) - shown.filter((one) => one.checked).length);
  const told = form.querySelector("[data-left]");
  const say = () => {
    const left = most - before - shown.filter((one) => one.checked).length;
    told.textContent = left >= 0 ? `还可选 ${left} 项` : `多选了 ${-left} 项，请去掉`;
  };
  form.addEventListener("change", say);
  say();
}
