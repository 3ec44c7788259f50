// The two pictures: what was drawn, as curves, and what each machine did, as lanes.

import uPlot from '/lib/uplot.js';
import { PROGRESS, STATES, clock } from '/words.js';

const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** Power drawn and machines ready since the page was opened. */
export class Curves {
  constructor(element) {
    this.element = element;
    this.plot = null;
  }

  draw(store) {
    const data = [store.times, store.watts, store.ready];
    if (!this.plot) this.plot = new uPlot(this.options(), data, this.element);
    else this.plot.setData(data);
    const width = this.element.clientWidth;
    if (width > 0 && width !== this.plot.width) this.plot.setSize({ width, height: 180 });
  }

  forget() {
    this.plot?.destroy();
    this.plot = null;
  }

  options() {
    const ink = colour('--ink-soft');
    const grid = { stroke: colour('--line'), width: 1 };
    const axis = { stroke: ink, grid, ticks: grid, font: '12px system-ui, sans-serif' };
    return {
      width: Math.max(280, this.element.clientWidth),
      height: 180,
      legend: { live: false },
      cursor: { show: false },
      scales: { n: { range: (u, low, high) => [0, Math.max(1, high + 1)] }, W: { range: (u, low, high) => [0, Math.max(10, high * 1.1)] } },
      axes: [axis, { ...axis, scale: 'W', label: 'watts', labelFont: '12px system-ui, sans-serif' },
        { ...axis, scale: 'n', side: 1, label: 'ready', labelFont: '12px system-ui, sans-serif', incrs: [1, 2, 5, 10, 50, 100] }],
      series: [{}, { label: 'power drawn (W)', scale: 'W', stroke: colour('--booting'), width: 2 },
        { label: 'machines ready', scale: 'n', stroke: colour('--ready'), width: 2, paths: uPlot.paths.stepped({ align: 1 }) }],
    };
  }
}

/** One lane a machine, coloured by what it did. */
export function lanes(canvas, machines, hours) {
  const now = Date.now();
  const from = now - hours * 3.6e6;
  const ratio = window.devicePixelRatio || 1;
  const width = canvas.clientWidth;
  const names = Math.min(110, width * 0.28);
  const lane = machines.length > 60 ? 6 : 18;
  const height = machines.length * lane + 22;
  canvas.width = width * ratio;
  canvas.height = height * ratio;
  canvas.style.height = `${height}px`;
  const pen = canvas.getContext('2d');
  pen.scale(ratio, ratio);
  pen.font = '12px system-ui, sans-serif';
  pen.textBaseline = 'middle';
  const x = (time) => names + ((Math.max(from, time) - from) / (now - from)) * (width - names);
  machines.forEach((machine, row) => {
    const y = row * lane;
    if (lane > 10) {
      pen.fillStyle = colour('--ink');
      pen.fillText(machine.name, 0, y + lane / 2, names - 6);
    }
    machine.history.forEach((step, i) => {
      const next = machine.history[i + 1];
      const end = next ? Date.parse(next.at) : now;
      if (end < from) return;
      const state = PROGRESS[step.progress] ?? 'off';
      pen.fillStyle = colour(`--${state}`);
      const left = x(Date.parse(step.at));
      const thin = state === 'off' ? 0.4 : 0.15;
      pen.fillRect(left, y + lane * thin, Math.max(1, x(end) - left), lane * (1 - 2 * thin));
    });
  });
  pen.fillStyle = colour('--ink-soft');
  pen.textBaseline = 'alphabetic';
  [0, 0.5, 1].forEach((part) => {
    pen.textAlign = part === 0 ? 'left' : part === 1 ? 'right' : 'center';
    pen.fillText(clock(from + part * (now - from)), names + part * (width - names), height - 4);
  });
  pen.textAlign = 'left';
}

export const legend = ['off', 'booting', 'ready', 'draining'].map((state) => ({ state, ...STATES[state] }));
