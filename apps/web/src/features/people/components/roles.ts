/** Roles in the order in which forms show them. */
export const roles = ['admin', 'leader', 'member', 'coach', 'director', 'founder'] as const;
