// Every server of this process listens on loopback only, whatever it asks for.
const net = require('node:net')
const listen = net.Server.prototype.listen
net.Server.prototype.listen = function (first, ...rest) {
  if (typeof first === 'number') {
    const ready = rest.filter((each) => typeof each === 'function')
    return listen.call(this, { port: first, host: '127.0.0.1' }, ...ready)
  }
  if (first && typeof first === 'object' && 'port' in first) {
    return listen.call(this, { ...first, host: '127.0.0.1' }, ...rest)
  }
  return listen.call(this, first, ...rest)
}
