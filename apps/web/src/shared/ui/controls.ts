/**
 * Controls of the component library. It is imported in this folder alone, so that one folder changes when it is replaced; pages take controls
 * from here.
 */
export {
  Alert,
  Anchor,
  Button,
  Checkbox,
  FileInput,
  Loader,
  Menu,
  Modal,
  NativeSelect,
  NumberInput,
  PasswordInput,
  Progress,
  Select,
  Textarea,
  TextInput,
  VisuallyHidden,
  useMantineColorScheme,
} from '@mantine/core';
export { useForm } from '@mantine/form';
export type { UseFormReturnType } from '@mantine/form';
