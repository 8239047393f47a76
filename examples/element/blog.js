// What a page can do with the element's events: here it counts the checks of each.
const counts = {};
document.addEventListener('pgdry-check', ({ target, detail }) => {
  counts[target.id] = (counts[target.id] ?? 0) + 1;
  const findings = detail.findings.length;
  document.querySelector('#checks').textContent = `${Object.entries(counts).map(([id, count]) => `${id} ${count}`).join(', ')}; ${target.id} has ${findings} ${findings === 1 ? 'finding' : 'findings'} now`;
});
document.addEventListener('pgdry-error', ({ target, detail }) => {
  document.querySelector('#checks').textContent = `${target.id}: ${detail.message}`;
});
