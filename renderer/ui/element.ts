import { ElConfigProvider as ConfigProvider } from 'element-plus/es/components/config-provider/index.mjs';
import {
  ElOption as Option,
  ElOptionGroup as OptionGroup,
  ElSelect as Select,
} from 'element-plus/es/components/select/index.mjs';
import type { DefineComponent } from 'vue';
import 'element-plus/theme-chalk/el-tag.css';
import 'element-plus/theme-chalk/el-scrollbar.css';
import 'element-plus/theme-chalk/el-popper.css';
import 'element-plus/theme-chalk/el-select.css';
import 'element-plus/theme-chalk/el-option.css';
import 'element-plus/theme-chalk/el-option-group.css';

// The declarations of these four do not survive exactOptionalPropertyTypes; this is the part of them that is used.

export const ElConfigProvider = ConfigProvider as unknown as DefineComponent<{ locale: object }>;
export const ElSelect = Select as unknown as DefineComponent<{
  modelValue: string;
  filterable: boolean;
  allowCreate: boolean;
  defaultFirstOption: boolean;
  reserveKeyword: boolean;
  /** The list is there while it is closed, too, which a screen pays for when it is drawn first. */
  persistent: boolean;
  placeholder: string;
  'onUpdate:modelValue'?: (value: string) => void;
}>;
export const ElOption = Option as unknown as DefineComponent<{ value: string; label: string }>;
export const ElOptionGroup = OptionGroup as unknown as DefineComponent<{ label: string }>;
