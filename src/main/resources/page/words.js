// Numbers, times and states in words. Everything here is pure.

export const STATES = {
  off: { word: 'off', mark: '○' },
  booting: { word: 'booting', mark: '◔' },
  ready: { word: 'ready', mark: '●' },
  silent: { word: 'not ready', mark: '◌' },
  draining: { word: 'draining', mark: '◕' },
  'powering-off': { word: 'powering off', mark: '◑' },
  quarantined: { word: 'quarantined', mark: '✕' },
  held: { word: 'held', mark: '❚❚' },
  refused: { word: 'refused', mark: '!' },
};

/** Which state of the picture a progress of the history stands for. */
export const PROGRESS = {
  shutdown: 'off', startingup: 'booting', ready: 'ready', shuttingdown: 'draining',
};

export function clock(time) {
  const date = new Date(time);
  const today = new Date().toDateString() === date.toDateString();
  const hours = date.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit', second: '2-digit' });
  return today ? hours : `${date.toLocaleDateString([], { day: 'numeric', month: 'short' })} ${hours}`;
}

export function span(milliseconds) {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  if (seconds < 90) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) return `${minutes} min`;
  const hours = minutes / 60;
  return hours < 36 ? `${hours.toFixed(1)} h` : `${(hours / 24).toFixed(1)} days`;
}

export const count = (n, one, many = `${one}s`) => `${n} ${n === 1 ? one : many}`;

export function watts(value) {
  if (value == null) return '–';
  return value < 100 ? `${value.toFixed(1)} W` : `${Math.round(value)} W`;
}

export function energy(joules) {
  const kilowattHours = joules / 3.6e6;
  if (kilowattHours < 1) return `${(kilowattHours * 1000).toFixed(kilowattHours < 0.01 ? 2 : 0)} Wh`;
  return `${kilowattHours.toFixed(kilowattHours < 100 ? 2 : 0)} kWh`;
}

export function money(amount, currency) {
  return `${amount.toFixed(2)} ${currency}`;
}

export function memory(bytes) {
  const gibi = bytes / 2 ** 30;
  return gibi >= 1 ? `${gibi.toFixed(gibi < 10 ? 1 : 0)} Gi` : `${Math.round(bytes / 2 ** 20)} Mi`;
}

export const cores = (milli) => (milli % 1000 === 0 ? `${milli / 1000}` : (milli / 1000).toFixed(1));

/** Joules of an account at that time: what was counted, and what has been drawn since. */
export function at(account, time, field = 'joules', rate = 'watts') {
  const seconds = Math.max(0, Math.min(120, (time - account.atMillis) / 1000));
  return account[field] + account[rate] * seconds;
}
