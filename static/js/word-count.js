// Says how many characters are left under a textarea; the limit stands in the line <id>_count.

export function start(textarea) {
  const line = document.getElementById(`${textarea.id}_count`);
  const limit = Number(line?.dataset.limit);
  if (!limit) return;
  const say = () => {
    const left = limit - [...textarea.value].length;
    line.textContent = left >= 0 ? `还可写 ${left} 字` : `多了 ${-left} 字`;
    line.classList.toggle("field__count--over", left < 0);
  };
  textarea.addEventListener("input", say);
  say();
}
