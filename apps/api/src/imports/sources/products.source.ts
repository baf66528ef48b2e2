import { ImportProducts } from '../import-products.js';
import { defineImportSource } from '../import-source.js';
import { needed, text } from '../source-fields.js';

export const products = defineImportSource({
  label: 'Products',
  description: 'The price list.',
  writes: ImportProducts,
  fields: { name: text(120, true), series: text(120), listPrice: needed('money') },
});
