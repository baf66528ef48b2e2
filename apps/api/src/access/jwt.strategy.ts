import { Inject, Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import { ExtractJwt, Strategy } from 'passport-jwt';
import { CONFIG, type Config } from '../config/config.js';
import type { AccessClaims } from './tokens.js';

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Checks the bearer token's signature and age. The algorithm is pinned: a token cannot choose its own (PLAT-05). */
@Injectable()
export class JwtStrategy extends PassportStrategy(Strategy, 'jwt') {
  constructor(@Inject(CONFIG) config: Config) {
    super({
      jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken(),
      secretOrKey: config.jwtSecret || 'no tokens are accepted in this process',
      algorithms: ['HS256'],
      issuer: 'waymark',
      audience: 'waymark',
    });
  }

  validate(claims: AccessClaims): AccessClaims | null {
    return uuid.test(claims.tid) && uuid.test(claims.sid) ? claims : null;
  }
}
