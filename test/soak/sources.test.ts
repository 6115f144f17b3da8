import { playAll } from './playAll';
import { sources } from './scenarios/sources';

playAll('soak-sources', sources);
