import { startElectron } from './electron.ts';
import { journey } from './journey.ts';

journey(startElectron);
