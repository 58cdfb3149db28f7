# SPDX-License-Identifier: Apache-2.0
# Where each library comes from: Debian's packages by pkg-config, librdkafka as scripts/setup built it.
find_package(PkgConfig REQUIRED)
pkg_check_modules(GLIB REQUIRED IMPORTED_TARGET glib-2.0)
pkg_check_modules(GIO REQUIRED IMPORTED_TARGET gio-2.0)
pkg_check_modules(AVRO REQUIRED IMPORTED_TARGET avro-c)
pkg_check_modules(PROTOBUF_C REQUIRED IMPORTED_TARGET libprotobuf-c)
pkg_check_modules(GMP REQUIRED IMPORTED_TARGET gmp)
pkg_check_modules(JANSSON REQUIRED IMPORTED_TARGET jansson)
pkg_check_modules(MICROHTTPD REQUIRED IMPORTED_TARGET libmicrohttpd)
pkg_check_modules(XXHASH REQUIRED IMPORTED_TARGET libxxhash)
find_program(PROTOC_C protoc-c REQUIRED)

add_library(headframe_librdkafka INTERFACE)
# None of its functions replaced: what it does by itself is measured (tests/bench).
add_library(headframe_librdkafka_as_is INTERFACE)
if(HEADFRAME_LIBRDKAFKA STREQUAL "system")
  pkg_check_modules(RDKAFKA REQUIRED IMPORTED_TARGET rdkafka)
  target_link_libraries(headframe_librdkafka INTERFACE PkgConfig::RDKAFKA)
  target_link_libraries(headframe_librdkafka_as_is INTERFACE PkgConfig::RDKAFKA)
  if(RDKAFKA_VERSION VERSION_LESS 2.10.1)
    message(WARNING "librdkafka ${RDKAFKA_VERSION} is older than 2.10.1: throughput halves and old crashes return "
                    "(docs/decisions.md); scripts/setup builds the pinned one")
  endif()
else()
  # Only the static archive: a daemon is one binary, and the version it was tested with.
  set(ENV{PKG_CONFIG_PATH} "${HEADFRAME_LIBRDKAFKA}/lib/pkgconfig")
  pkg_check_modules(RDKAFKA REQUIRED rdkafka)
  target_include_directories(headframe_librdkafka SYSTEM INTERFACE ${HEADFRAME_LIBRDKAFKA}/include)
  set(rdkafka_libs ${RDKAFKA_STATIC_LIBRARIES})
  list(REMOVE_ITEM rdkafka_libs rdkafka)
  # Some of its functions are replaced: unpack.c, prefetch.c and out_of_range.c of services/common/kafka/ say why.
  # A shared library's can not be.
  target_link_options(headframe_librdkafka INTERFACE
      LINKER:--wrap=rd_gz_decompress LINKER:--wrap=rd_kafka_zstd_decompress LINKER:--wrap=rd_kafka_lz4_decompress
      LINKER:--wrap=rd_kafka_snappy_uncompressed_length LINKER:--wrap=rd_kafka_snappy_uncompress
      LINKER:--wrap=rd_kafka_snappy_java_uncompress LINKER:--wrap=rd_kafka_broker_fetch_toppars
      LINKER:--wrap=rd_kafka_msgset_parse LINKER:--wrap=rd_kafka_offset_reset)
  target_link_libraries(headframe_librdkafka
    INTERFACE ${HEADFRAME_LIBRDKAFKA}/lib/librdkafka.a headframe_fetch ${HEADFRAME_LIBRDKAFKA}/lib/librdkafka.a
              ${rdkafka_libs})
  target_include_directories(headframe_librdkafka_as_is SYSTEM INTERFACE ${HEADFRAME_LIBRDKAFKA}/include)
  target_link_libraries(headframe_librdkafka_as_is
    INTERFACE ${HEADFRAME_LIBRDKAFKA}/lib/librdkafka.a ${rdkafka_libs})
endif()
message(STATUS "librdkafka ${RDKAFKA_VERSION} (${HEADFRAME_LIBRDKAFKA})")
