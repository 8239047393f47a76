import './theme.css';
import './components/app';
