import { journey } from '../e2e/journey.ts';
import { startPackaged } from './application.ts';

journey(startPackaged);
