import { playAll } from './playAll';
import { releases } from './scenarios/releases';

playAll('soak-releases', releases);
