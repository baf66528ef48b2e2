import { Module } from '@nestjs/common';
import { ErasureRepository } from './erasure.repository.js';
import { Erasure } from './erasure.service.js';
import { PersonExportRepository } from './person-export.repository.js';
import { PersonExport } from './person-export.service.js';
import { PrivacyController } from './privacy.controller.js';

/** A person's own data: export and erasure (PLAT-11). */
@Module({
  controllers: [PrivacyController],
  providers: [ErasureRepository, Erasure, PersonExportRepository, PersonExport],
  exports: [Erasure, ErasureRepository],
})
export class PrivacyModule {}
