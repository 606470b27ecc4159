// Decides which letters are worth a call.

const { cloud } = require("./cloud.js");

const urgent = /\b(urgent|outage|down|cancel|lawyer)\b/i;

exports.handle = async ({ message }) => {
  const letter = JSON.parse(message.body);
  if (letter.phone === "" || !urgent.test(letter.text)) return;
  const { id, name, phone, text } = letter;
  await cloud().send(JSON.stringify({ id, name, phone, about: text.slice(0, 200) }));
};
