import { Inject, Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import { ExtractJwt, Strategy } from 'passport-jwt';
import { CONFIG, type Config } from '../config/config.js';
import { ServerClock } from '../platform/clock/server-clock.js';
import { accessToken, AccessTokens } from './access-tokens.js';
import type { AccessClaims } from './tokens.js';

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Everything our tokens say. The library lets a token without `exp` or of another `typ` pass; we do not. */
export interface AccessTokenPayload extends AccessClaims {
  jti: string;
  iat: number;
  nbf: number;
  exp: number;
}

/** Checks form, signature, times, issuer and audience of the bearer token. The algorithm is pinned: a token cannot choose its own (PLAT-05). */
@Injectable()
export class JwtStrategy extends PassportStrategy(Strategy, 'jwt') {
  private readonly lifeSeconds: number;

  constructor(
    @Inject(CONFIG) config: Config,
    tokens: AccessTokens,
    private readonly clock: ServerClock,
  ) {
    super({
      jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken(),
      secretOrKeyProvider: (_request: unknown, token: string, done: (error: Error | null, key?: string) => void) => {
        const key = tokens.keyFor(token);
        // The library hands the key on as it is; its types know text only.
        if (key) done(null, key as unknown as string);
        else done(new Error('no token of ours'));
      },
      algorithms: [accessToken.algorithm],
      issuer: accessToken.issuer,
      audience: accessToken.audience,
      ignoreExpiration: false,
      jsonWebTokenOptions: { clockTolerance: accessToken.toleranceSeconds, maxAge: `${config.accessTokenMinutes}m` },
    });
    this.lifeSeconds = config.accessTokenMinutes * 60;
  }

  /** The library reads the machine's clock unless it is told the time; all processes go by the database's. */
  override authenticate(...request: Parameters<Strategy['authenticate']>): void {
    (this as unknown as { _verifOpts: { clockTimestamp: number } })._verifOpts.clockTimestamp = Math.floor(this.clock.now() / 1000);
    super.authenticate(...request);
  }

  validate(payload: AccessTokenPayload): AccessTokenPayload | null {
    const { sub, tid, sid, jti, iat, nbf, exp } = payload;
    const ids = [sub, tid, sid, jti].every((id) => typeof id === 'string' && uuid.test(id));
    const times = [iat, nbf, exp].every((time) => Number.isSafeInteger(time)) && exp > iat && exp - iat <= this.lifeSeconds;
    return ids && times && typeof (payload as { aud?: unknown }).aud === 'string' ? payload : null;
  }
}
