// A page is brought up to date in place: what staff picked, opened and are at stays as it is; charts draw themselves.
Object.assign(Idiomorph.defaults.callbacks, {
  beforeAttributeUpdated: (name) => !["checked", "open"].includes(name),
  beforeNodeMorphed: (node) => !node.dataset?.chart,
});
