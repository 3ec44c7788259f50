// Puts the page together: the store hears, this draws.

import { html, nothing, render } from '/lib/lit-html.js';
import { Store } from '/store.js';
import { overview } from '/rack.js';
import { machinePage, nobody } from '/machine.js';
import { Curves, lanes, legend } from '/charts.js';
import { LABELS, act, deeds, hasToken, loadDeeds, useToken } from '/deeds.js';
import { clock } from '/words.js';

const root = document.getElementById('app');
root.replaceChildren();
const view = { search: '', dense: null, hours: 1, message: null, curves: null };
let planned = false;

const store = new Store((turned) => draw(turned));

function route() {
  const hash = decodeURIComponent(location.hash);
  return hash.startsWith('#/machine/') ? hash.slice('#/machine/'.length) : null;
}

/** Draws once a frame at most, however much is heard. */
function draw(turned = false) {
  if (planned) return;
  planned = true;
  requestAnimationFrame(() => {
    planned = false;
    performance.mark('draw');
    paint(turned);
    performance.measure('drawn', 'draw');
  });
}

async function doDeed(deed, details) {
  view.message = { text: '…' };
  draw();
  try {
    const result = await act(deed, details);
    view.message = { text: result.done ?? result.problem, bad: Boolean(result.problem) };
  } catch {
    view.message = { text: 'The server did not answer; nothing may have been done.', bad: true };
  }
  draw();
}

function onDeed(deed, machine) {
  const details = { machine: machine.key };
  if (deed === 'hold') {
    const text = prompt(`Why, and until when? For example: until=${new Date(Date.now() + 3.6e6).toISOString().slice(0, 16)}Z; disk swap`, '');
    if (text === null) return;
    details.text = text;
  }
  doDeed(deed, details);
}

function labTools() {
  return deeds().lab.map((deed) => html`<button type="button" class=${deed} @click=${() => doDeed(deed, { text: '5' })}>${LABELS[deed]}</button>`);
}

function tokenForm() {
  if (!deeds().needsToken || hasToken()) return nothing;
  return html`<form class="token" @submit=${(event) => {
    event.preventDefault();
    useToken(new FormData(event.target).get('token'));
    draw();
  }}><label>Kubernetes token, to do something here <input name="token" type="password" autocomplete="off"></label> <button>Use it</button>
    <small>It stays in this tab. <code>kubectl create token NAME</code></small></form>`;
}

function status() {
  if (store.live && store.head?.synced) return html`<span class="live yes">live</span>`;
  if (store.live) return html`<span class="live no">still reading the cluster</span>`;
  return html`<span class="live no" role="alert">${store.heard
    ? `not connected: what you see is of ${clock(store.heard)}` : 'connecting…'}</span>`;
}

function frame(content) {
  return html`<header class="top"><h1><a href="#/">Homelab Autoscaler</a></h1> ${store.head ? html`<span class="mode">${store.head.mode}</span>` : nothing} ${status()}
      <p class="message ${view.message?.bad ? 'bad' : ''}" role="status">${view.message?.text ?? ''}</p></header>
    ${tokenForm()}
    <main id="main" class=${store.live ? '' : 'stale'} tabindex="-1">${content}</main>`;
}

function paint() {
  if (!store.head) {
    render(frame(html`<p class="loading">Connecting…</p>`), root);
    return;
  }
  const key = route();
  const machine = key && store.machines.get(key);
  if (key) {
    view.curves?.forget();
    view.curves = null;
    render(frame(machine ? machinePage(machine, { onDeed }) : nobody(key)), root);
    document.title = `${machine?.name ?? key} – Homelab Autoscaler`;
    return;
  }
  document.title = 'Homelab Autoscaler';
  render(frame(overview(store, {
    ...view,
    lab: labTools(),
    legend: html`<ul class="legend">${legend.map((one) => html`<li><i class="swatch ${one.state}"></i>${one.word}</li>`)}</ul>`,
    onSearch: (event) => { view.search = event.target.value; draw(); },
    onDense: (dense) => { view.dense = dense; draw(); },
    onHours: (event) => { view.hours = Number(event.target.value); draw(); },
  })), root);
  pictures();
}

let pictured = 0;

/** The pictures cost more than the rest, and a second more or less does not show in them. */
function pictures() {
  const now = performance.now();
  if (pictured && now - pictured < 900) return;
  pictured = now;
  const curves = document.getElementById('curves');
  view.curves ??= new Curves(curves);
  view.curves.draw(store);
  lanes(document.getElementById('lanes'), [...store.machines.values()], view.hours);
}

window.addEventListener('hashchange', () => { view.message = null; pictured = 0; draw(); document.getElementById('main')?.focus(); });
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => { view.curves?.forget(); view.curves = null; pictured = 0; draw(); });
loadDeeds().finally(() => { store.follow(); draw(); });
setInterval(() => draw(), 1000);
