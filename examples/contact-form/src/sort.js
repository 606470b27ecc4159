// Decides which letters are worth a call.

const { queue } = require("portolan");

const calls = queue("calls");

const urgent = /\b(urgent|outage|down|cancel|lawyer)\b/i;

exports.handle = async ({ message }) => {
  const letter = JSON.parse(message.body);
  if (letter.phone === "" || !urgent.test(letter.text)) return;
  const { id, name, phone, text } = letter;
  await calls.send(JSON.stringify({ id, name, phone, about: text.slice(0, 200) }));
};
