// What the server has told so far, and whether it still tells. Nothing here touches the document.

const SILENCE = 5000;
const POINTS = 3600;

export class Store {
  constructor(changed) {
    this.changed = changed;
    this.groups = new Map();
    this.machines = new Map();
    this.head = null;
    this.live = false;
    this.heard = 0;
    this.times = [];
    this.watts = [];
    this.ready = [];
  }

  /** Follows the stream; after a break the browser joins again by itself and is told everything. */
  follow() {
    const source = new EventSource('/api/stream');
    source.addEventListener('rack', (event) => this.heardOf(() => this.all(JSON.parse(event.data))));
    source.addEventListener('change', (event) => this.heardOf(() => this.some(JSON.parse(event.data))));
    source.addEventListener('beat', () => this.heardOf(() => {}));
    source.addEventListener('late', () => { source.close(); this.lost(); setTimeout(() => this.follow(), 500); });
    source.onerror = () => {
      this.lost();
      if (source.readyState === EventSource.CLOSED) setTimeout(() => this.follow(), 2000);
    };
    clearInterval(this.watch);
    this.watch = setInterval(() => {
      if (this.live && Date.now() - this.heard > SILENCE) this.lost();
    }, 1000);
  }

  heardOf(news) {
    performance.mark('heard');
    this.heard = Date.now();
    const before = this.live;
    this.live = true;
    news();
    this.note();
    this.changed(!before);
  }

  lost() {
    if (!this.live) return;
    this.live = false;
    this.changed(true);
  }

  all(view) {
    this.head = view.head;
    this.groups = new Map(view.groups.map((group) => [group.id, group]));
    this.machines = new Map(view.machines.map((machine) => [machine.key, machine]));
    this.live = true;
  }

  some(change) {
    this.head = change.head;
    change.groups.forEach((group) => this.groups.set(group.id, group));
    change.machines.forEach((machine) => this.machines.set(machine.key, machine));
    change.groupsGone.forEach((id) => this.groups.delete(id));
    change.machinesGone.forEach((key) => this.machines.delete(key));
  }

  /** A point of the curves for each time something is heard. */
  note() {
    let watts = 0;
    let ready = 0;
    for (const machine of this.machines.values()) {
      watts += machine.watts ?? 0;
      ready += machine.state === 'ready' ? 1 : 0;
    }
    this.times.push(Date.now() / 1000);
    this.watts.push(watts);
    this.ready.push(ready);
    for (const curve of [this.times, this.watts, this.ready]) {
      if (curve.length > POINTS) curve.shift();
    }
  }

  members(group) {
    return [...this.machines.values()]
      .filter((machine) => (machine.group ?? null) === group)
      .sort((one, other) => one.key.localeCompare(other.key, 'en', { numeric: true }));
  }

  /** All that was noted of all machines, the latest first. */
  moments(limit) {
    const all = [];
    for (const machine of this.machines.values()) {
      for (const step of machine.history) all.push({ machine, ...step, time: Date.parse(step.at) });
    }
    return all.sort((one, other) => other.time - one.time).slice(0, limit);
  }

  tally() {
    const tally = { total: 0, watts: 0, wattsKnown: false, measured: 0 };
    for (const machine of this.machines.values()) {
      tally.total += 1;
      tally[machine.state] = (tally[machine.state] ?? 0) + 1;
      if (machine.watts != null) {
        tally.watts += machine.watts;
        tally.wattsKnown = true;
        tally.measured += machine.measured ? 1 : 0;
      }
    }
    return tally;
  }
}
