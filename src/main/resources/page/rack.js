// The overview: what concerns everything, then each group as a rack of machines.

import { html, nothing } from '/lib/lit-html.js';
import { repeat } from '/lib/directives/repeat.js';
import { STATES, at, clock, cores, count, energy, memory, money, span, watts } from '/words.js';

const ago = (time) => `${span(Date.now() - time)} ago`;

/** Time left, or what is known instead; told anew every second. */
export function ahead(machine) {
  if (machine.expected) {
    const left = Date.parse(machine.expected) - Date.now();
    return left > 0 ? `about ${span(left)} left` : `longer than usual by ${span(-left)}`;
  }
  if (machine.next) return `${machine.next.what} ${clock(machine.next.at)}`;
  return '';
}

export function since(machine) {
  return machine.since ? `for ${span(Date.now() - Date.parse(machine.since))}` : '';
}

const percent = (part, whole) => (whole > 0 ? Math.min(100, Math.round((100 * part) / whole)) : 0);

function bar(label, part, whole, words) {
  return html`<div class="bar"><span>${label}</span>
    <meter min="0" max="100" value=${percent(part, whole)} aria-label="${label}: ${words}"></meter>
    <span class="num">${words}</span></div>`;
}

function tile(machine) {
  const { load } = machine;
  const busy = machine.state === 'ready' || machine.state === 'draining';
  return html`<li class="tile ${machine.state}">
    <a href="#/machine/${machine.key}">
      <span class="led" aria-hidden="true">${STATES[machine.state].mark}</span>
      <strong>${machine.name}</strong>
      <span class="state">${STATES[machine.state].word} ${since(machine)}</span>
      ${machine.state === 'draining' ? html`<span class="more">${count(machine.leaving ?? 0, 'pod')} left</span>` : nothing}
      ${ahead(machine) ? html`<span class="more">${ahead(machine)}</span>` : nothing}
      ${busy && load.cpuRoom > 0 ? html`
        ${bar('cpu', load.cpu, load.cpuRoom, `${cores(load.cpu)} of ${cores(load.cpuRoom)}`)}
        ${bar('mem', load.memory, load.memoryRoom, `${memory(load.memory)} of ${memory(load.memoryRoom)}`)}
        <span class="more">${count(load.pods, 'pod')}</span>` : nothing}
      ${['quarantined', 'refused', 'held', 'silent'].includes(machine.state) ? html`<span class="why">${machine.why}</span>` : nothing}
      ${machine.watts != null ? html`<span class="more">${watts(machine.watts)}${machine.measured ? '' : ' declared'}</span>` : nothing}
    </a></li>`;
}

function small(machine) {
  return html`<li class="dot ${machine.state}"><a href="#/machine/${machine.key}"
    aria-label="${machine.name}: ${STATES[machine.state].word}" title="${machine.name}: ${STATES[machine.state].word}"
    ><span aria-hidden="true">${STATES[machine.state].mark}</span></a></li>`;
}

function saving(group, tariff) {
  const account = group.energy;
  if (!account) return nothing;
  const used = at(account, Date.now());
  const spared = at(account, Date.now(), 'spared', 'sparedWatts');
  const worth = tariff ? `, ${money((spared / 3.6e6) * tariff.perKilowattHour, tariff.currency)}` : '';
  return html`<span>${energy(used)} used, ${energy(spared)}${worth} saved since ${clock(account.sinceMillis)}</span>`;
}

function rack(group, members, tariff, dense) {
  const shape = dense ? small : tile;
  return html`<section class="group" aria-labelledby="g-${group.id}">
    <header><h2 id="g-${group.id}">${group.id}</h2>
      <p>${group.ready} of ${group.total} ready; asked for ${group.target}, between ${group.min} and ${group.max}. ${saving(group, tariff)}</p>
      ${group.problem ? html`<p class="problem">${group.problem}</p>` : nothing}</header>
    <ul class=${dense ? 'dots' : 'tiles'}>${repeat(members, (machine) => machine.key, shape)}</ul></section>`;
}

function figure(value, label, detail) {
  return html`<div class="figure"><dt>${label}</dt><dd><b>${value}</b>${detail ? html` <small>${detail}</small>` : nothing}</dd></div>`;
}

function figures(store) {
  const { head } = store;
  const tally = store.tally();
  const moving = (tally.booting ?? 0) + (tally.draining ?? 0) + (tally['powering-off'] ?? 0);
  const broken = (tally.quarantined ?? 0) + (tally.refused ?? 0) + (tally.silent ?? 0);
  const accounts = [...store.groups.values()].map((group) => group.energy).filter(Boolean);
  const sum = (field, rate) => accounts.reduce((all, account) => all + at(account, Date.now(), field, rate), 0);
  const spared = sum('spared', 'sparedWatts');
  const worth = head.tariff ? money((spared / 3.6e6) * head.tariff.perKilowattHour, head.tariff.currency) : '';
  return html`<dl class="figures">
    ${figure(`${tally.ready ?? 0} of ${tally.total}`, 'machines ready', moving ? `${moving} on their way` : '')}
    ${figure(head.waiting.count, 'pods waiting', head.waiting.some.join(', '))}
    ${tally.wattsKnown ? figure(watts(tally.watts), 'power drawn', tally.measured ? `${tally.measured} measured` : 'as declared') : nothing}
    ${accounts.length ? figure(energy(sum('joules', 'watts')), 'energy used', '') : nothing}
    ${accounts.length ? figure(energy(spared), 'saved', worth) : nothing}
    ${broken ? figure(broken, 'need a person', 'see below') : nothing}
    ${head.autoscaler ? figure(ago(head.autoscaler.minute * 1000), 'Cluster Autoscaler asked', head.autoscaler.rpc) : figure('never', 'Cluster Autoscaler asked', '')}
    ${figure(head.watchAgeSeconds > 0 ? `${span(head.watchAgeSeconds * 1000)} old` : 'live', 'what we know', head.leader == null ? head.instance : `${head.leader ? 'leader' : 'standby'} ${head.instance}`)}
  </dl>`;
}

function momentsList(store) {
  return html`<ol class="moments">${repeat(store.moments(30), (moment) => moment.machine.key + moment.at + moment.progress, (moment) => html`
    <li><time datetime=${moment.at}>${clock(moment.time)}</time> <a href="#/machine/${moment.machine.key}">${moment.machine.name}</a>
      <span class="badge ${moment.progress}">${moment.progress}</span> ${moment.reason}${moment.note ? html` <span class="note">${moment.note}</span>` : nothing}</li>`)}</ol>`;
}

export function overview(store, view) {
  const dense = view.dense ?? store.machines.size > 60;
  const wanted = view.search.toLowerCase();
  const fits = (machine) => !wanted || machine.name.toLowerCase().includes(wanted)
    || machine.state.includes(wanted) || STATES[machine.state].word.includes(wanted);
  const orphans = store.members(null).filter(fits);
  return html`
    ${figures(store)}
    <div class="tools">
      <label>Find <input type="search" .value=${view.search} @input=${view.onSearch} placeholder="name or state"></label>
      <button type="button" aria-pressed=${dense} @click=${() => view.onDense(!dense)}>${dense ? 'Show cards' : 'Show dots'}</button>
      ${view.lab}
    </div>
    ${repeat([...store.groups.values()].sort((a, b) => a.id.localeCompare(b.id)), (group) => group.id,
      (group) => rack(group, store.members(group.id).filter(fits), store.head.tariff, dense))}
    ${orphans.length ? html`<section class="group"><header><h2>In no group</h2><p>Nothing is done with these.</p></header>
      <ul class=${dense ? 'dots' : 'tiles'}>${repeat(orphans, (machine) => machine.key, dense ? small : tile)}</ul></section>` : nothing}
    <section class="group"><header><h2>Power</h2><p>Drawn since you opened this page; watts are measured where a device can, else as declared.</p></header>
      <div id="curves" role="img" aria-label="Power drawn and machines ready, as curves; the figures above say the same"></div></section>
    <section class="group"><header><h2>What they did</h2>
      <p><label>the last <select @change=${view.onHours}>${[1, 6, 24, 168].map((hours) => html`<option value=${hours} ?selected=${hours === view.hours}>${hours < 48 ? count(hours, 'hour') : `${hours / 24} days`}</option>`)}</select></label></p></header>
      <canvas id="lanes" role="img" aria-label="A lane for each machine, coloured by what it did; the list below says the same"></canvas>
      ${view.legend}</section>
    <section class="group"><header><h2>Lately</h2></header>${momentsList(store)}</section>
    <footer><p>Saved means: what machines that were off would have drawn idling, less what they draw while off. It is counted
      minute by minute by the leader and kept in each Group's status.</p></footer>`;
}
