// SPDX-License-Identifier: GPL-2.0-or-later
// A manager that is not net-snmp's: the SNMP client in JavaScript alone walks an agent.
//   node manager.js   reads a JSON list of walks from standard input and makes them, those of one agent
//                     one after the other; prints for each a list of [object identifier, name of the
//                     type, value], octets in hexadecimal; ends with a message when an answer is an error
// A walk: {"port", "family": 4 or 6, "version": "v2c" or "v3", "how": "getnext", "bulk" or "table", "root"}
'use strict';
const fs = require('fs');
const { createRequire } = require('module');

// The packages are where npm was told to put them, which is not beside this file.
const snmp = createRequire(process.cwd() + '/')('net-snmp');

function open(walk) {
  const options = {
    port: walk.port, transport: 'udp' + walk.family, timeout: 20000, retries: 1, version: snmp.Version2c,
  };
  const address = walk.family === 6 ? '::1' : '127.0.0.1';
  if (walk.version === 'v2c') return snmp.createSession(address, 'public', options);
  return snmp.createV3Session(address, {
    name: 'ops',
    level: snmp.SecurityLevel.authPriv,
    authProtocol: snmp.AuthProtocols.sha256,
    authKey: 'authpassword',
    privProtocol: snmp.PrivProtocols.aes,
    privKey: 'privpassword',
  }, { ...options, version: snmp.Version3 });
}

function text(type, value) {
  if (type === snmp.ObjectType.Counter64) return BigInt('0x' + (value.toString('hex') || '0')).toString();
  return Buffer.isBuffer(value) ? value.toString('hex') : String(value);
}

const line = (oid, type, value) => [oid, snmp.ObjectType[type], text(type, value)];

function take(varbind) {
  if (snmp.isVarbindError(varbind)) throw new Error(snmp.varbindError(varbind));
  return line(varbind.oid, varbind.type, varbind.value);
}

const isBelow = (oid, root) => oid.startsWith(root + '.');

// One object after the other, until one is not below the root any more.
function getNext(session, root) {
  const found = [];
  return new Promise((resolve, reject) => {
    const step = (oid) => session.getNext([oid], (error, [varbind] = []) => {
      if (error) return reject(error);
      if (varbind.type === snmp.ObjectType.EndOfMibView || !isBelow(varbind.oid, root)) return resolve(found);
      found.push(take(varbind));
      return step(varbind.oid);
    });
    step(root);
  });
}

function bulk(session, root) {
  const found = [];
  return new Promise((resolve, reject) => {
    const feed = (varbinds) => { varbinds.forEach((varbind) => found.push(take(varbind))); };
    session.subtree(root, 40, feed, (error) => (error ? reject(error) : resolve(found)));
  });
}

// The client knows the rows of a table by their index, and the columns by their number. It says no
// types: a table comes in an order of the client's own.
function table(session, root) {
  return new Promise((resolve, reject) => {
    session.table(root, 40, (error, rows) => {
      if (error) return reject(error);
      return resolve(Object.entries(rows).flatMap(([index, columns]) => Object.entries(columns).map(
        ([column, value]) => [root + '.1.' + column + '.' + index, 'any', Buffer.isBuffer(value)
          ? value.toString('hex') : String(value)])));
    });
  });
}

async function make(walk) {
  const session = open(walk);
  try {
    return await { getnext: getNext, bulk, table }[walk.how](session, walk.root);
  } catch (error) {
    error.message = JSON.stringify(walk) + ': ' + error.message;
    throw error;
  } finally {
    session.close();
  }
}

async function makeAll(walks) {
  const found = [];
  const ports = [...new Set(walks.map((walk) => walk.port))];
  await Promise.all(ports.map(async (port) => {
    for (const [i, walk] of walks.entries()) {
      if (walk.port === port) found[i] = await make(walk);
    }
  }));
  return found;
}

makeAll(JSON.parse(fs.readFileSync(0, 'utf8'))).then(
  (all) => fs.writeFileSync(1, JSON.stringify(all)),
  (error) => {
    console.error(error.stack);
    process.exit(1);
  });
