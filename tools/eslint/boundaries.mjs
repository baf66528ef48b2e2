/** Who may import whom between projects: the arrows of the architecture, pointing back along the journey. Specs may also use testing. */
const stages = {
  kernel: [],
  contracts: ['kernel'],
  metrics: ['kernel'],
  goals: ['kernel', 'metrics'],
  milestones: ['kernel', 'metrics'],
  gates: ['kernel', 'metrics', 'goals', 'milestones'],
  reporting: ['kernel', 'metrics', 'goals', 'milestones', 'gates'],
  alerts: ['kernel', 'metrics', 'goals', 'milestones', 'gates'],
};

/** @param {string} stage @param {string[]} uses */
const arrow = (stage, uses) => ({ sourceTag: `stage:${stage}`, onlyDependOnLibsWithTags: uses.map((use) => `stage:${use}`) });

// Specs are files of their project to nx: that production code leaves `testing` alone is held by dependency-cruiser ("testing-is-for-specs").
const withTesting = (/** @type {string[]} */ uses) => [...uses, 'testing'];

export const boundaries = {
  enforceBuildableLibDependency: false,
  allow: [],
  depConstraints: [
    ...Object.entries(stages).map(([stage, uses]) => arrow(stage, withTesting(uses))),
    arrow('testing', ['kernel']),
    arrow('api', withTesting(Object.keys(stages))),
    arrow('web', withTesting(['contracts', 'kernel'])),
    arrow('tools', ['*'].concat(Object.keys(stages), 'testing')),
    { sourceTag: 'scope:lib', onlyDependOnLibsWithTags: ['scope:lib'] },
  ],
};
