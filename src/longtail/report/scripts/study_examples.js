// All examples of the study, with what is looked up most: whose influence is where, whose neighbors are where.

class StudyExamples {
  constructor(data) {
    this.level = data.level;
    this.classNames = data.class_names;
    this.groupNames = data.group_names;
    this.nTrials = data.n_trials;
    this.influences = data.influences;
    this.strongest = data.strongest;
    this.kinds = { training: new Kind(data.train, data.class_names), test: new Kind(data.test, data.class_names) };
    this.memorization = data.train.memorization;
    this.exposure = data.train.exposure;
    this.pairsOf = {
      training: listsOf(data.influences.train, this.kinds.training.n),
      test: listsOf(data.influences.test, this.kinds.test.n),
    };
  }

  // Places of the strongest influences of a training example, or on a test example: the strongest first.
  strongestPairs(kind, example) {
    const pairs = Array.from(this.pairsOf[kind](example));
    return sortedPlaces(pairs, this.influences.value, true).slice(0, this.strongest);
  }

  // Place of the strongest of them; null where none is known.
  strongestPair(kind, example) {
    let strongest = null;
    for (const pair of this.pairsOf[kind](example)) {
      if (strongest === null || this.influences.value[pair] > this.influences.value[strongest]) strongest = pair;
    }
    return strongest;
  }

  // How many examples are memorized more, and how many are determined.
  rank(values, example) {
    let [above, known] = [0, 0];
    for (const value of values) {
      known += value !== null;
      above += value !== null && value > values[example];
    }
    return [above + 1, known];
  }
}

// The training or the test examples: columns, looks and neighbors.
class Kind {
  constructor(columns, classNames) {
    this.columns = columns;
    this.n = columns.label.length;
    this.classNames = classNames;
    const { pictures, rows, wide_rows: wideRows, texts } = columns.looks;
    Object.assign(this, { pictures, rows, wideRows, texts });
    this.pictureOf = pictures === null ? new Map() : new Map(pictures.of.map((example, place) => [example, place]));
    this.neighborsOf = columns.neighbors === null ? null : new Map(columns.neighbors.of.map((example, place) => [example, place]));
  }

  label(example) {
    return this.classNames[this.columns.label[example]];
  }

  picture(example) {
    return this.pictureOf.has(example) ? this.pictures.webp[this.pictureOf.get(example)] : null;
  }

  // [name, value] of each column that is kept of an example.
  row(example) {
    if (this.rows !== null) return this.rows.names.map((name, column) => [name, this.rows.columns[column][example]]);
    if (this.wideRows === null) return [];
    return this.wideRows.columns[example].map((column, place) => [this.wideRows.names[column], this.wideRows.values[example][place]]);
  }

  neighbors(example) {
    const place = this.neighborsOf?.get(example);
    if (place === undefined) return null;
    const { train, distance } = this.columns.neighbors;
    return train[place].map((neighbor, k) => ({ example: neighbor, distance: distance[place][k] }));
  }
}

// For each owner the places where it stands in `owners`: counted once, then cut from one list.
function listsOf(owners, n) {
  const starts = new Uint32Array(n + 1);
  for (const owner of owners) starts[owner + 1] += 1;
  for (let owner = 0; owner < n; owner += 1) starts[owner + 1] += starts[owner];
  const filled = starts.slice();
  const places = new Uint32Array(owners.length);
  owners.forEach((owner, place) => { places[filled[owner]++] = place; });
  return (owner) => places.subarray(starts[owner], starts[owner + 1]);
}
