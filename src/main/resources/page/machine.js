// One machine: why it is as it is, what comes next, what it did.

import { html, nothing } from '/lib/lit-html.js';
import { LABELS, deeds } from '/deeds.js';
import { ahead, since } from '/rack.js';
import { STATES, clock, cores, count, memory, span, watts } from '/words.js';

const row = (term, value) => (value || value === 0 ? html`<div><dt>${term}</dt><dd>${value}</dd></div>` : nothing);

/** Which rule holds and what would change it, in a sentence or two. */
function story(machine) {
  const asked = machine.asked
    ? `${machine.asked.by}${machine.asked.pending ? `, while ${machine.asked.pending} waited for a machine` : ''}`
    : 'nobody we know of: the Node was written so';
  return html`<p class="story">It is <b>${STATES[machine.state].word}</b> ${since(machine)}, and meant to be
    <b>${machine.desired ? 'on' : 'off'}</b>. ${machine.why}</p>
    <p>Asked for by: ${asked}.</p>
    ${ahead(machine) ? html`<p>Next: ${ahead(machine)}.</p>` : nothing}
    ${machine.expected && machine.next ? html`<p>At the latest: ${machine.next.what} ${clock(machine.next.at)}.</p>` : nothing}`;
}

function durations(history) {
  const took = [];
  for (let i = 1; i < history.length; i += 1) {
    if (history[i - 1].progress === 'startingup' && history[i].progress === 'ready') {
      took.push(Date.parse(history[i].at) - Date.parse(history[i - 1].at));
    }
  }
  if (!took.length) return '';
  return `${span(Math.min(...took))} to ${span(Math.max(...took))}, ${count(took.length, 'boot')} remembered`;
}

export function machinePage(machine, view) {
  const { load } = machine;
  return html`<article class="machine">
    <p><a href="#/">← All machines</a></p>
    <h2><span class="led ${machine.state}" aria-hidden="true">${STATES[machine.state].mark}</span> ${machine.name}</h2>
    ${story(machine)}
    <div class="tools">${deeds().machine.map((deed) => html`<button type="button" class=${deed} @click=${() => view.onDeed(deed, machine)}>${LABELS[deed]}</button>`)}</div>
    <dl class="facts">
      ${row('Group', machine.group ?? 'none')}
      ${row('Kubernetes node', machine.node)}
      ${row('Reason', machine.reason)}
      ${row('Pods', load.pods ? `${load.pods}, requesting ${cores(load.cpu)} cores and ${memory(load.memory)}` : '')}
      ${row('Room for pods', load.cpuRoom ? `${cores(load.cpuRoom)} cores, ${memory(load.memoryRoom)}` : '')}
      ${row('Power', machine.watts != null ? `${watts(machine.watts)} ${machine.measured ? 'measured' : 'declared'}` : machine.powered == null ? 'not known' : machine.powered ? 'on' : 'off')}
      ${row('Health check', machine.check ? `${machine.check.power || 'not known'}${machine.check.since ? ` since ${clock(machine.check.since)}` : ''}: ${machine.check.source}` : 'its Kubernetes node only')}
      ${row('Boots took', durations(machine.history))}
      ${row('Node', html`<code>kubectl describe hln ${machine.name} -n ${machine.key.split('/')[0]}</code>`)}
    </dl>
    <h3>What it did</h3>
    <ol class="moments">${[...machine.history].reverse().map((step) => html`<li><time datetime=${step.at}>${clock(step.at)}</time>
      <span class="badge ${step.progress}">${step.progress}</span> ${step.reason}${step.note ? html` <span class="note">${step.note}</span>` : nothing}</li>`)}</ol>
  </article>`;
}

export const nobody = (key) => html`<article class="machine"><p><a href="#/">← All machines</a></p>
  <h2>${key}</h2><p>There is no such machine, or no longer.</p></article>`;
