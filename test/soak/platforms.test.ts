import { playAll } from './playAll';
import { platforms } from './scenarios/platforms';

playAll('soak-platforms', platforms);
