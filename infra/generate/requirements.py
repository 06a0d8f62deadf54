"""The security requirements, as rows: what docs/security.md is made from.

A row that has no test makes no document.
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Requirement:
    """One row. `where` are paths of the checkout; `tests` node ids, as pytest and vitest have them."""

    number: int
    what: str
    where: tuple[str, ...]
    tests: tuple[str, ...]
    deviation: str = ""
    """What is done otherwise, with the reason."""


_CHALICELIB: Final = "functions/chalicelib/"
_SECURITY: Final = "tests/security/"
_PASSWORDS: Final = _SECURITY + "test_passwords.py::"
_SESSIONS: Final = _SECURITY + "test_sessions.py::"
_AUTHORIZATION: Final = _SECURITY + "test_authorization.py::"
_WEB: Final = _SECURITY + "test_web.py::"
_ADMINISTRATION: Final = _SECURITY + "test_administration.py::"
_SERVICES: Final = "tests/unit/services/"
_CONNECTIONS: Final = _SERVICES + "test_connections.py::"
_THROTTLING: Final = _SERVICES + "test_throttling.py::"
_HANDLERS: Final = "tests/handlers/"
_SECOND_FACTORS: Final = _SERVICES + "test_second_factors.py::"
_BLOCKS: Final = _SERVICES + "test_blocks.py::"
_REPORTS: Final = _SERVICES + "test_reports.py::"
_HOSTILE: Final = "frontend/src/app/hostile-texts.test.tsx::"
_RACES: Final = "tests/integration/test_races.py::"


def _in(*paths: str) -> tuple[str, ...]:
    return tuple(_CHALICELIB + path for path in paths)


REQUIREMENTS: Final = (
    Requirement(
        1,
        "Passwords have 8 to 128 characters, and no rule of composition (6.2.1, 6.2.5, 6.2.9)",
        _in("domain/accounts.py", "schemas/accounts.py"),
        (_PASSWORDS + "test_01_passwords_have_8_to_128_characters_and_no_other_rule",),
    ),
    Requirement(
        2,
        "Passwords are verified exactly (6.2.8): bcrypt of the base 64 of an HMAC-SHA-384 with the pepper",
        _in("gateways/passwords.py"),
        (_PASSWORDS + "test_02_passwords_are_verified_exactly",),
    ),
    Requirement(
        3,
        "bcrypt's cost is 12 unless set, renewed at log-in when it rises; never on the event loop's thread",
        _in("gateways/passwords.py", "services/accounts.py"),
        (
            _PASSWORDS + "test_03_the_cost_is_12_unless_set_and_hashing_leaves_the_event_loop_free",
            _PASSWORDS + "test_03_a_hash_of_a_lower_cost_is_made_anew_at_the_next_log_in",
        ),
    ),
    Requirement(
        4,
        "Common passwords are refused at registration, change and reset (6.2.4)",
        _in("gateways/passwords.py", "services/passwords.py"),
        (_PASSWORDS + "test_04_common_passwords_are_refused_at_register_change_and_reset",),
    ),
    Requirement(
        5,
        "A change of the password needs the current one (6.2.3)",
        _in("services/passwords.py"),
        (_PASSWORDS + "test_05_a_change_of_the_password_needs_the_current_one",),
    ),
    Requirement(
        6,
        "Nothing tells whether there is an account (6.3.8): one bcrypt call, the same status and body",
        _in("services/accounts.py", "services/recovery.py"),
        (
            _PASSWORDS + "test_06_a_log_in_is_refused_alike_and_costs_the_same_whether_there_is_an_account_or_not",
            _PASSWORDS + "test_06_a_reset_is_answered_alike_whether_the_address_has_an_account_or_not",
        ),
        "Registering tells that a name or an address is taken: whoever registers must learn why it failed. Names are"
        " public within a workspace; where addresses must not be guessed, registration is by invitation or closed.",
    ),
    Requirement(
        7,
        "Log-ins, codes of second factors and proofs of the current password are throttled by account, address and"
        " session, without locking the victim out (6.3.1)",
        _in("domain/throttles.py", "services/throttling.py", "services/second_factors.py", "handlers/rest.py"),
        (
            _THROTTLING + "test_row_7_a_spray_from_one_address_is_stopped_before_a_password_is_hashed",
            _THROTTLING + "test_row_7_guesses_made_at_once_get_no_further",
            _THROTTLING + "test_row_7_the_victim_of_many_addresses_gets_in_from_where_it_has_a_session",
            _THROTTLING + "test_row_7_the_victim_gets_in_from_where_the_password_was_reset",
            _THROTTLING + "test_row_7_a_stolen_session_guesses_the_password_no_further_and_the_others_are_not_kept_out",
            _THROTTLING + "test_row_7_current_passwords_and_log_ins_of_an_address_are_counted_together",
            _THROTTLING + "test_row_7_guesses_of_a_current_password_made_at_once_get_no_further",
            _SECOND_FACTORS + "test_row_7_codes_are_counted_by_address_where_one_is_judged_and_nowhere_else",
            _HANDLERS
            + "test_accounts.py::test_row_7_who_guesses_the_current_password_too_often_is_told_when_to_try_again",
        ),
    ),
    Requirement(
        8,
        "A flood of log-ins does not starve the chat",
        ("template.yaml", *_in("gateways/passwords.py", "handlers/hashing.py")),
        (_SECURITY + "test_login_flood.py::test_08_a_flood_of_log_ins_is_refused_while_messages_go_on",),
    ),
    Requirement(
        9,
        "Tokens have 128 bits and more from the system, are stored as digests and new at each log-in (7.2)",
        _in("services/accounts.py", "services/connections.py", "services/recovery.py"),
        (_SESSIONS + "test_09_tokens_are_new_at_every_log_in_long_and_stored_as_digests",),
    ),
    Requirement(
        10,
        "Sessions end when idle and at last; rotation never extends the latter (7.3)",
        _in("domain/sessions.py"),
        (_SESSIONS + "test_10_a_session_ends_when_idle_and_rotation_never_extends_its_absolute_end",),
    ),
    Requirement(
        11,
        "Refresh tokens are rotated; reuse ends the family (10.4.5)",
        _in("services/accounts.py", "domain/sessions.py"),
        (
            _SESSIONS + "test_11_the_token_just_replaced_is_tolerated_briefly_and_ends_nothing",
            _SESSIONS + "test_11_a_token_older_than_the_previous_one_revokes_the_family_at_once",
        ),
        "The token just replaced is tolerated for some seconds, without a new one: two tabs refresh at once.",
    ),
    Requirement(
        12,
        "Once a log-out, a change or a reset of the password, a deletion or a disabling returned, nothing that begins"
        " later succeeds, and the sockets are closed (7.4)",
        _in("services/access.py", "services/sessions.py", "services/erasure.py", "services/disabling.py"),
        (
            _SESSIONS + "test_12_once_a_session_was_ended_no_operation_that_starts_later_succeeds",
            _PASSWORDS + "test_12_a_reset_ends_all_sessions_closes_their_sockets_and_works_once",
            _PASSWORDS + "test_12_a_change_of_the_password_ends_the_other_sessions_and_closes_their_sockets",
            _SECURITY + "test_accounts.py::test_12_once_an_account_is_deleted_nothing_personal_is_left_in_any_store",
            _ADMINISTRATION + "test_12_once_an_account_was_disabled_nothing_of_it_works_and_its_sockets_are_closed",
        ),
    ),
    Requirement(
        13,
        "Users see their sessions and end them, one or all others (7.5.2)",
        _in("handlers/sessions.py", "services/sessions.py"),
        (
            _SESSIONS + "test_13_sessions_are_listed_with_device_address_and_last_use_and_can_be_ended",
            _SESSIONS + "test_13_a_session_of_somebody_else_cannot_be_ended",
        ),
    ),
    Requirement(
        14,
        "JSON web tokens: one algorithm, and exp, typ, aud, kid are asked for (9.x)",
        _in("gateways/tokens.py"),
        (
            _SESSIONS + "test_14_a_token_with_all_that_is_asked_for_is_taken",
            _SESSIONS + "test_14_a_token_with_another_algorithm_type_key_audience_or_no_expiry_is_refused",
        ),
    ),
    Requirement(
        15,
        "The refresh cookie is __Host-, HttpOnly, Secure and SameSite=Strict (3.3); no other site can forge a request"
        " (3.5)",
        _in("handlers/accounts.py", "handlers/rest.py"),
        (
            _WEB + "test_15_the_refresh_cookie_is_bound_to_the_host_and_read_by_no_script",
            _WEB + "test_15_a_request_that_another_site_could_forge_does_nothing",
        ),
    ),
    Requirement(
        16,
        "Sockets are opened from the exact allowed origins only (4.4.2)",
        _in("handlers/websocket.py"),
        (_WEB + "test_16_only_the_pages_of_the_exact_origins_open_sockets",),
    ),
    Requirement(
        17,
        "A ticket opens one socket, in time, for a session that lives",
        _in("services/connections.py", "repositories/mongodb/tickets.py"),
        (
            _SESSIONS + "test_17_of_those_who_use_a_ticket_at_once_one_gets_a_socket",
            _SESSIONS + "test_17_a_ticket_past_its_end_or_of_a_session_that_ended_opens_nothing",
        ),
    ),
    Requirement(
        18,
        "No token is in a URL that is sent (14.2.1), and none is in a log (16.2.5)",
        _in("services/recovery.py", "gateways/logs.py"),
        (
            _SECURITY + "test_canaries.py::test_18_no_secret_of_any_flow_is_in_a_log_or_as_it_is_in_a_store",
            _PASSWORDS + "test_18_links_in_mails_carry_their_token_in_the_fragment",
        ),
    ),
    Requirement(
        19,
        "Long-lived sockets are judged by their session at each frame",
        _in("services/connections.py"),
        (_SESSIONS + "test_19_a_frame_of_a_session_past_its_end_closes_the_socket",),
    ),
    Requirement(
        20,
        "Rights end at once (8.3.2): who is kicked at seq k authors nothing and is sent nothing after k",
        _in("services/access.py", "services/log.py"),
        (
            _AUTHORIZATION + "test_20_who_is_kicked_while_connecting_is_sent_nothing_of_the_room_after_it",
            _RACES + "test_who_is_kicked_authors_nothing_and_is_sent_nothing_after_it",
        ),
    ),
    Requirement(
        21,
        "Every operation asks whether its caller may do it to that object (8.2.2)",
        _in("domain/permissions.py", "services/permissions.py", "handlers/rest.py"),
        (
            "tests/permissions/test_permissions.py::test_what_the_table_says_is_what_happens",
            _AUTHORIZATION + "test_21_every_operation_of_the_table_is_tried_in_every_cell",
            _AUTHORIZATION + "test_21_nothing_but_what_is_public_is_done_for_nobody",
        ),
    ),
    Requirement(
        22,
        "Nobody assigns what the server decides (15.3.3)",
        _in("schemas/base.py"),
        (_AUTHORIZATION + "test_22_what_the_server_decides_cannot_be_sent_along",),
    ),
    Requirement(
        23,
        "Sizes, schemas and depths are limited; a bad frame is an error frame, never a 5xx or a dead socket",
        _in("schemas/commands.py", "handlers/websocket.py", "handlers/rest.py"),
        (
            _HANDLERS + "test_rest.py::test_a_body_that_is_not_what_it_should_be_is_refused",
            _HANDLERS + "test_websocket.py::test_a_bad_frame_is_answered_and_the_socket_lives_on",
            "tests/fuzz/test_rest.py::test_23_an_answer_to_nobody_is_what_the_document_says",
            "tests/fuzz/test_rest.py::test_23_an_answer_to_each_role_is_what_the_document_says",
            "tests/fuzz/test_socket.py::test_23_whatever_a_frame_is_it_is_answered_and_the_socket_lives_on",
        ),
    ),
    Requirement(
        24,
        "Frames are limited by user over all sockets, and sockets by user",
        _in("services/connections.py", "services/rates.py"),
        (
            _CONNECTIONS + "test_row_24_a_user_with_as_many_sockets_as_allowed_gets_no_ticket_until_one_is_closed",
            _CONNECTIONS + "test_row_24_tickets_taken_before_open_no_more_sockets_than_allowed",
            _SERVICES + "test_rates.py::test_row_24_two_busy_sockets_of_a_user_use_up_what_a_third_would_send",
            _SERVICES
            + "test_rates.py::test_row_24_environments_together_admit_no_more_than_is_sent_between_two_writes",
        ),
    ),
    Requirement(
        25,
        "No operator of a query gets in where a value goes (1.2.4)",
        _in("schemas/base.py", "handlers/rest.py"),
        (
            _AUTHORIZATION + "test_25_an_operator_of_a_query_is_no_id",
            _AUTHORIZATION + "test_25_an_operator_in_a_path_or_query_names_nothing",
        ),
    ),
    Requirement(
        26,
        "Text is shown as text, in messages, names and topics; only http, https and mailto addresses are links",
        (
            "frontend/src/features/messages/lib/markdown.ts",
            "frontend/src/features/messages/components/message-text.tsx",
        ),
        (
            _HOSTILE + "becomes nothing that a message is not made of",
            _HOSTILE + "becomes nothing else between marks and other hostile texts",
            _HOSTILE + "in a language that is coloured becomes coloured text",
            _HOSTILE + "as a name or a topic is text wherever it is shown",
            "tests/e2e/test_chat.py::test_text_is_text_and_only_web_addresses_are_links",
        ),
    ),
    Requirement(
        27,
        "Content-Security-Policy without unsafe-inline, and the other headers (3.4); a fixed list of origins",
        ("infra/run/gateway.py", "template.yaml", *_in("handlers/rest.py")),
        (
            _WEB + "test_27_every_answer_of_the_api_says_what_a_browser_may_do_with_it",
            _WEB + "test_27_no_other_origin_is_let_in_by_a_preflight",
            _WEB + "test_27_pages_run_no_script_and_style_but_their_own_files_and_are_framed_nowhere",
            _WEB + "test_27_cloudfront_sends_what_the_local_gateway_does_and_hsts",
            "tests/deploy/test_deployment.py::test_the_web_app_is_served_with_its_headers_and_its_own_routes_too",
        ),
        "Pages of `make run` come without Strict-Transport-Security: it speaks plain HTTP on the loopback address,"
        " where browsers do not heed it. There are no CORS headers: the web app and the API share an origin.",
    ),
    Requirement(
        28,
        "What cannot be judged is refused (16.5.3), with a code that says to try again",
        _in("errors.py", "repositories/bounded.py"),
        (_SECURITY + "test_failures.py::test_28_while_a_store_is_away_nobody_is_let_in_and_all_are_told_to_try_again",),
    ),
    Requirement(
        29,
        "Log-ins, refusals, revocations and changes of roles are in the audit log; in log lines users are digests",
        _in("services/audit.py", "repositories/postgres/audit.py", "handlers/observed.py"),
        (
            _ADMINISTRATION + "test_29_the_audit_log_has_log_ins_refusals_revocations_and_role_changes",
            _ADMINISTRATION + "test_29_entries_name_who_from_where_and_nothing_personal",
            _HANDLERS + "test_observed.py::test_users_are_digested_with_the_pepper",
        ),
    ),
    Requirement(
        30,
        "Secrets come from the environment, the Parameter Store or Secrets Manager, are made on the first local run,"
        " and none is in the repository",
        ("infra/run/keys.py", *_in("config.py", "gateways/stored_secrets.py")),
        (
            _SECURITY + "test_secrets.py::test_30_the_scan_finds_what_it_looks_for",
            _SECURITY + "test_secrets.py::test_30_no_secret_is_in_the_repository",
            _SECURITY + "test_secrets.py::test_30_the_first_local_run_makes_secrets_that_only_their_owner_may_read",
            "tests/infra/test_run_parts.py::test_secrets_are_made_once_and_only_the_owner_may_read_them",
            "tests/unit/gateways/test_stored_secrets.py::test_settings_that_name_a_secret_or_a_parameter_get_its_value",
        ),
    ),
    Requirement(
        31,
        "Dependencies are pinned by hash and audited where the registry answers",
        ("infra/audit", "requirements.txt", "frontend/package-lock.json"),
        (
            "tests/unit/audit/test_verdict.py::test_31_an_audit_that_got_no_answer_is_skipped_with_the_reason",
            "tests/deploy/test_layer.py::test_a_lock_file_whose_hashes_do_not_match_is_refused",
        ),
    ),
    Requirement(
        32,
        "Of a reported message no text is kept, and what it said, who reported it and why is for owners and admins of"
        " the workspace alone; what else of the room they may read does not change",
        _in("services/reports.py", "repositories/postgres/reports.py", "domain/permissions.py"),
        (
            _ADMINISTRATION + "test_32_nothing_of_a_reported_message_is_kept_beside_it",
            _ADMINISTRATION + "test_32_reports_are_read_by_owners_and_admins_and_open_nothing_else_of_the_room",
            _REPORTS + "test_an_admin_outside_the_room_reads_what_was_said_however_it_was_edited_since",
            _REPORTS + "test_a_closed_report_shows_no_text_and_is_decided_once",
            _REPORTS + "test_a_deleted_account_is_no_reporter_and_a_deleted_room_has_no_reports",
        ),
        "An author who deletes the message before anybody has looked leaves a report without a text: a copy would be"
        " one more store that a deletion has to reach ([decision 15](decisions/0015-reports-keep-no-text.md)).",
    ),
    Requirement(
        33,
        "Who blocked somebody is written no direct message, is not mentioned and is added to no room by that user, who"
        " is not told; it holds against administrators as well",
        _in("domain/permissions.py", "services/blocks.py", "repositories/postgres/blocks.py"),
        (
            _BLOCKS + "test_neither_of_two_says_anything_in_their_direct_message_until_it_is_unblocked",
            _BLOCKS + "test_all_of_ones_devices_learn_of_it_and_the_other_does_not_learn_whose_block_it_is",
            _BLOCKS + "test_a_send_already_past_its_check_is_refused_when_the_block_comes_meanwhile",
            _BLOCKS + "test_who_is_blocked_mentions_in_vain",
            "tests/contract/test_blocks.py::test_who_is_blocked_adds_nobody_who_does_not_want_it_to_a_room",
            _RACES + "test_who_is_blocked_says_nothing_in_the_direct_message_after_it",
        ),
        "Who tries finds out that there is a block, as of every refusal"
        " ([decision 18](decisions/0018-blocking-is-between-two.md)).",
    ),
)
