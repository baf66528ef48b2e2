import { createServer } from 'node:http';
import pg from 'pg';

// The limit form of two small answers: no framework, no session, no policies. /static sends the bytes it was given, /row makes the same one-row query.
const pool = new pg.Pool({ connectionString: process.env.DATABASE, max: 10 });
const { STATIC: body, QUERY: text } = process.env;
const values = JSON.parse(process.env.VALUES);

createServer((request, response) => {
  const send = (answer) => {
    response.writeHead(200, { 'content-type': 'application/json; charset=utf-8' });
    response.end(answer);
  };
  if (request.url === '/static') return send(body);
  pool.query(text, values).then(
    ({ rows }) => send(JSON.stringify(Object.values(rows[0])[0])),
    () => response.writeHead(500).end(),
  );
}).listen(Number(process.env.PORT), '127.0.0.1');
