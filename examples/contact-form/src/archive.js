// Keeps every letter once; it may create objects and cannot overwrite or read one.

const { cloud } = require("./cloud.js");

exports.handle = async ({ message }) => {
  const letter = JSON.parse(message.body);
  const day = letter.time.slice(0, 10);
  const name = encodeURIComponent(letter.id);
  await cloud().keep(`received/${day}/${name}.json`, message.body);
};
