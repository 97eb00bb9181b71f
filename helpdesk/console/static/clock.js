// Waiting times that move: "3:05" under an hour, "2 h 05" under a day, then days.
export function startClocks() {
  tick();
  setInterval(tick, 1000);
  document.addEventListener("console:fresh", tick);
}

function tick() {
  for (const element of document.querySelectorAll("time.ago")) element.textContent = words(element.dateTime);
}

function words(iso) {
  const seconds = Math.max(0, Math.floor((Date.now() - Date.parse(iso)) / 1000));
  const two = (value) => String(value).padStart(2, "0");
  if (seconds < 3600) return `${Math.floor(seconds / 60)}:${two(seconds % 60)}`;
  const hours = Math.floor(seconds / 3600);
  if (hours < 24) return `${hours} h ${two(Math.floor((seconds % 3600) / 60))}`;
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}
