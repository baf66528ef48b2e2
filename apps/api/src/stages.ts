/** The stages in journey order: sources, metrics, goals, gates. One line each. */
export const stages = [];
