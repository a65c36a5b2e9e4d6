import acceptanceEn from './acceptance/en.json' with { type: 'json' };
import acceptanceZh from './acceptance/zh.json' with { type: 'json' };
import appEn from './app/en.json' with { type: 'json' };
import appZh from './app/zh.json' with { type: 'json' };
import deviceEn from './device/en.json' with { type: 'json' };
import deviceZh from './device/zh.json' with { type: 'json' };
import guideEn from './guide/en.json' with { type: 'json' };
import guideZh from './guide/zh.json' with { type: 'json' };
import modelEn from './model/en.json' with { type: 'json' };
import modelZh from './model/zh.json' with { type: 'json' };
import logEn from './log/en.json' with { type: 'json' };
import logZh from './log/zh.json' with { type: 'json' };
import macrosEn from './macros/en.json' with { type: 'json' };
import macrosZh from './macros/zh.json' with { type: 'json' };
import objectsEn from './objects/en.json' with { type: 'json' };
import objectsZh from './objects/zh.json' with { type: 'json' };
import platformEn from './platform/en.json' with { type: 'json' };
import platformZh from './platform/zh.json' with { type: 'json' };
import requestsEn from './requests/en.json' with { type: 'json' };
import requestsZh from './requests/zh.json' with { type: 'json' };
import sessionsEn from './sessions/en.json' with { type: 'json' };
import sessionsZh from './sessions/zh.json' with { type: 'json' };
import settingsEn from './settings/en.json' with { type: 'json' };
import settingsZh from './settings/zh.json' with { type: 'json' };
import stationsEn from './stations/en.json' with { type: 'json' };
import stationsZh from './stations/zh.json' with { type: 'json' };
import technicianEn from './technician/en.json' with { type: 'json' };
import technicianZh from './technician/zh.json' with { type: 'json' };
import udpEn from './udp/en.json' with { type: 'json' };
import udpZh from './udp/zh.json' with { type: 'json' };
import uiEn from './ui/en.json' with { type: 'json' };
import uiZh from './ui/zh.json' with { type: 'json' };
import { lineTexts } from '../../shared/lineTexts.ts';

/** The English texts of every room, by dotted key; sentences about lines come from `shared/`. */
export const en = {
  ...acceptanceEn,
  ...appEn,
  ...deviceEn,
  ...guideEn,
  ...logEn,
  ...modelEn,
  ...macrosEn,
  ...objectsEn,
  ...platformEn,
  ...requestsEn,
  ...sessionsEn,
  ...settingsEn,
  ...stationsEn,
  ...technicianEn,
  ...udpEn,
  ...uiEn,
  ...lineTexts.en,
};

/** The Chinese texts of every room, by dotted key; sentences about lines come from `shared/`. */
export const zh = {
  ...acceptanceZh,
  ...appZh,
  ...deviceZh,
  ...guideZh,
  ...logZh,
  ...modelZh,
  ...macrosZh,
  ...objectsZh,
  ...platformZh,
  ...requestsZh,
  ...sessionsZh,
  ...settingsZh,
  ...stationsZh,
  ...technicianZh,
  ...udpZh,
  ...uiZh,
  ...lineTexts.zh,
};
