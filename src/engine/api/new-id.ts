export { newId } from '../../space/ids.ts'
