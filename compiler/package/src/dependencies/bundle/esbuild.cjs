// Runs esbuild as it is asked to, writes what it made below a folder, and says in JSON what came of it.
const { mkdirSync, readFileSync, writeFileSync } = require("node:fs");
const { dirname, join, relative, sep } = require("node:path");

const [library, asked] = process.argv.slice(2);
const { build } = require(library);
const { out, root, builds } = JSON.parse(readFileSync(asked, "utf8"));
const told = { inputs: [], outputs: {}, errors: [], warnings: [] };

async function one(options) {
  const done = await build({ ...options, absWorkingDir: root, metafile: true, write: false, logLevel: "silent" });
  for (const file of done.outputFiles) {
    const path = join(out, relative(root, file.path));
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, file.contents);
  }
  told.inputs.push(...Object.keys(done.metafile.inputs));
  Object.assign(told.outputs, done.metafile.outputs);
  told.warnings.push(...done.warnings);
}

async function all() {
  for (const options of builds) {
    try {
      await one(options);
    } catch (error) {
      if (!Array.isArray(error.errors)) throw error;
      told.errors.push(...error.errors);
      told.warnings.push(...error.warnings);
    }
  }
  told.inputs = told.inputs.map((path) => path.split(sep).join("/"));
  process.stdout.write(JSON.stringify(told));
}

all();
