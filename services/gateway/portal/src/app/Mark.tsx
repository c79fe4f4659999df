/** The mark: two speech shapes, one behind the other. */
export function Mark({ size }: { size: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <rect width="32" height="32" rx="9" fill="#0f6f48" />
      <path
        fill="#8fe0b7"
        d="M12.2 7h5.6a6.2 6.2 0 0 1 0 12.4h-1.600l-3.3 3.100a.7.7 0 0 1-1.2-.5v-2.600A6.2 6.2 0 0 1 12.2 7z"
      />
      <path
        fill="#fff"
        d="M16.3 12.200h4a5.4 5.4 0 0 1 1.1 10.700v2.100a.6.6 0 0 1-1 .45L17.7 23h-1.400a5.4 5.4 0 0 1 0-10.800z"
      />
    </svg>
  );
}
