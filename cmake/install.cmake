# Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
include(CMakePackageConfigHelpers)
include(GNUInstallDirs)

set(sluice_package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/sluice)

install(TARGETS sluice EXPORT sluice_targets INCLUDES DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/ DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(FILES ${PROJECT_SOURCE_DIR}/LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(
    EXPORT sluice_targets
    NAMESPACE sluice::
    FILE sluice-targets.cmake
    DESTINATION ${sluice_package_dir})

configure_package_config_file(
    ${PROJECT_SOURCE_DIR}/cmake/sluice-config.cmake.in ${PROJECT_BINARY_DIR}/sluice-config.cmake
    INSTALL_DESTINATION ${sluice_package_dir})
# Before 1.0 a minor version may break what used the one before.
write_basic_package_version_file(
    ${PROJECT_BINARY_DIR}/sluice-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/sluice-config.cmake
              ${PROJECT_BINARY_DIR}/sluice-config-version.cmake
        DESTINATION ${sluice_package_dir})
