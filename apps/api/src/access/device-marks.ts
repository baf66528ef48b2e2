import { Inject, Injectable } from '@nestjs/common';
import { createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto';
import { CONFIG, type Config } from '../config/config.js';

/**
 * Marks of devices on which an account was signed in to before: a cookie that says so and that nobody can make up. A flood of wrong passwords from
 * elsewhere slows down strangers, not the owner on a known device (reliability 3.5).
 */
@Injectable()
export class DeviceMarks {
  private readonly keys: Buffer[];

  constructor(@Inject(CONFIG) config: Config) {
    this.keys = [config.jwtSecret, ...config.jwtSecretsAccepted].map((secret) =>
      Buffer.from(hkdfSync('sha256', secret, 'waymark', 'device mark', 32)),
    );
  }

  /** A new mark for this account. */
  make(account: string): string {
    const id = randomBytes(16).toString('base64url');
    return `${id}.${sign(this.keys[0] as Buffer, account, id).toString('base64url')}`;
  }

  /** The device's id when the mark was made here for this account, else null. */
  idOf(account: string, mark: string | undefined): string | null {
    const [, id = '', mac = ''] = /^([A-Za-z0-9_-]{22})\.([A-Za-z0-9_-]{43})$/.exec(mark ?? '') ?? [];
    if (id === '') return null;
    const presented = Buffer.from(mac, 'base64url');
    return this.keys.some((key) => timingSafeEqual(sign(key, account, id), presented)) ? id : null;
  }
}

function sign(key: Buffer, account: string, id: string): Buffer {
  return createHmac('sha256', key).update(`${account}\n${id}`).digest();
}
