// All examples of the study, with what is looked up most: whose influence is where, whose neighbors are where.

class StudyExamples {
  constructor(data) {
    this.level = data.level;
    this.classNames = data.class_names;
    this.groupNames = data.group_names;
    this.nTrials = data.n_trials;
    this.influences = data.influences;
    this.strongest = data.strongest;
    this.kinds = { training: new Kind("row", data.train, data.class_names), test: new Kind("test row", data.test, data.class_names) };
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

  // The column that leads: lists are sorted by it, and it stands beside a training example wherever one is named.
  get leading() {
    return this.kinds.training.shown[0];
  }

  // How many examples have more, and how many are determined.
  rank(values, example) {
    let [above, known] = [0, 0];
    for (const value of values) {
      known += value !== null;
      above += value !== null && value > values[example];
    }
    return [above + 1, known];
  }
}

// The training or the test examples: what was measured of them, looks and neighbors.
class Kind {
  constructor(rowName, data, classNames) {
    this.rowName = rowName;
    Object.assign(this, { labels: data.label, group: data.group ?? null, position: data.position, neighborhood: data.neighbors });
    this.n = data.label.length;
    this.classNames = classNames;
    this.columnOf = new Map(data.columns.map((column) => [column.name, column]));
    const wholes = new Set(data.columns.map((column) => column.of)); // shown beside their parts, as "3 of 4"
    this.shown = data.columns.filter((column) => !wholes.has(column.name));
    const { pictures, rows, wide_rows: wideRows, texts } = data.looks;
    Object.assign(this, { pictures, rows, wideRows, texts });
    this.pictureOf = pictures === null ? new Map() : new Map(pictures.of.map((example, place) => [example, place]));
    this.neighborsOf = data.neighbors === null ? null : new Map(data.neighbors.of.map((example, place) => [example, place]));
  }

  // As a person reads it: its row in the data as given, counted from 0.
  name(example) {
    return `${this.rowName} ${this.position[example]}`;
  }

  label(example) {
    return this.classNames[this.labels[example]];
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
    const { train, distance } = this.neighborhood;
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
