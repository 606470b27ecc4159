// Keeps every letter once; it may create objects and cannot overwrite or read one.

const { AlreadyExists, bucket } = require("portolan");

const letters = bucket("letters");

exports.handle = async ({ message }) => {
  const letter = JSON.parse(message.body);
  const day = letter.time.slice(0, 10);
  const name = encodeURIComponent(letter.id);
  try {
    await letters.create(`received/${day}/${name}.json`, message.body, { contentType: "application/json" });
  } catch (error) {
    // An earlier delivery has done it.
    if (!(error instanceof AlreadyExists)) throw error;
  }
};
