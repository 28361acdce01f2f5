// Patterns for areas that have no colour of their own, so that they never look like a low one.

const SIZE = 8;

function hatch(ink, gap) {
  const canvas = new OffscreenCanvas(SIZE, SIZE);
  const context = canvas.getContext("2d");
  context.strokeStyle = ink;
  context.globalAlpha = 0.55;
  context.lineWidth = 1;
  for (let at = -SIZE; at <= 2 * SIZE; at += gap) {
    context.beginPath();
    context.moveTo(at, SIZE);
    context.lineTo(at + SIZE, 0);
    context.stroke();
  }
  return context.getImageData(0, 0, SIZE, SIZE);
}

function dots(ink, filled) {
  const canvas = new OffscreenCanvas(SIZE, SIZE);
  const context = canvas.getContext("2d");
  context.strokeStyle = context.fillStyle = ink;
  context.globalAlpha = 0.7;
  context.beginPath();
  context.arc(SIZE / 2, SIZE / 2, filled ? 1.2 : 2.5, 0, 2 * Math.PI);
  if (filled) context.fill();
  else context.stroke();
  return context.getImageData(0, 0, SIZE, SIZE);
}

/** Images by name: wide hatching for no figure, close for figures not shown; dots for few, rings for none before. */
export function patterns(ink) {
  return {
    "hatch-none": hatch(ink, 8),
    "hatch-hidden": hatch(ink, 4),
    "dots-few": dots(ink, true),
    "rings-no-base": dots(ink, false),
  };
}
