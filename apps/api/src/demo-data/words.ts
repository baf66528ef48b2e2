/** Words that names are made of. */
export const givenNames = 'Alva Bruno Clara Diego Edda Fabio Greta Hugo Ines Jonas Katia Luis Mara Nuno Olga Pavel Rita Sven Tessa Vito'.split(' ');
export const familyNames =
  'Almeida Brandt Costa Duarte Eklund Ferreira Gomes Hansen Iversen Jansen Klein Lopes Moreira Nilsson Oliveira Pinto Ramos Silva Torres Vogel'.split(
    ' ',
  );
export const companyHeads =
  'Amber Birch Cobalt Delta Ember Falcon Granite Harbor Indigo Juniper Keystone Lumen Meridian Nimbus Orchard Pioneer Quartz Ridge Summit Tidal'.split(
    ' ',
  );
export const companyTails = 'Analytics Bakeries Devices Energy Foods Health Instruments Labs Logistics Robotics'.split(' ');
export const industries = ['software', 'medical', 'retail', 'industry', 'finance'] as const;
export const countries = ['Portugal', 'Spain', 'Germany', 'Sweden', 'Ireland'] as const;
export const categories = ['Referral', 'Event', 'Outbound', 'Website'] as const;
export const taskTitles = [
  'Prepare the review',
  'Send the usage report',
  'Agree on the success plan',
  'Train the new admin',
  'Check the open tickets',
] as const;
export const topics = ['Onboarding', 'Adoption', 'Renewal', 'Roadmap', 'Support'] as const;
