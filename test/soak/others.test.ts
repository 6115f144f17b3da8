import { playAll } from './playAll';
import { others } from './scenarios/others';

playAll('soak-others', others);
