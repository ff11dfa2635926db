//! The ledger's conformance suite: every rule of SYNC 2.1-2.3 as a case of its own, stamped onto each database from
//! `tests/tests/ledger_*.rs`. A case gets an office (see [`office`]) on a fresh ledger.
pub mod administration;
pub mod buckets;
pub mod events;
pub mod merge;
pub mod merged;
pub mod office;
pub mod pages;
pub mod privacy;
pub mod purge;
pub mod push;
pub mod transfers;
pub mod waiting;

/// Makes a `#[test]` of every case on the store that `$make` (an expression of `fn() -> Box<dyn Store>`) returns.
#[macro_export]
macro_rules! ledger_suite {
    ($make:expr) => {
        $crate::ledger_suite! { @cases $make;
            push: a_push_that_is_repeated_gets_the_stored_result_and_changes_nothing,
            push: a_gap_takes_nothing_and_names_the_number_that_is_expected,
            push: a_push_of_another_epoch_takes_nothing,
            push: an_op_under_another_number_gets_its_stored_result,
            push: another_op_at_a_taken_number_is_a_fork,
            push: the_queue_of_another_persons_device_is_not_taken,
            push: a_revoked_device_brings_no_other_devices_queue,
            push: an_op_in_anothers_name_is_refused,
            push: bytes_that_cannot_be_read_wait_and_block_nothing,
            push: an_op_that_is_too_large_is_refused_and_blocks_nothing,
            push: holes_are_stepped_over_and_an_op_that_comes_after_all_is_taken,
            push: the_running_hash_goes_over_identities,
            push: effective_time_is_the_least_of_clock_first_sent_and_now,
            push: an_earlier_epochs_time_may_only_lower,
            push: an_op_is_applied_whole_or_not_at_all,
            push: an_unknown_devices_queue_waits_until_it_signs_in,
            merge: a_fast_forward_applies_whatever_the_clocks_say,
            merge: a_concurrent_edit_keeps_the_loser_in_his_inbox,
            merge: whoever_is_overwritten_concurrently_is_told,
            merge: what_came_first_stays_where_the_field_says_so,
            merge: an_element_added_again_survives_a_removal_that_had_not_seen_it,
            merge: a_yielding_patch_leaves_what_somebody_wrote_since,
            merge: a_base_that_names_a_refused_op_means_what_that_op_was_based_on,
            merge: an_op_overtaken_while_unknown_never_wins_later,
            merge: an_edit_of_what_is_unknown_comes_after_the_create_though_dated_before,
            merge: each_changed_field_leaves_a_row_of_history_and_a_create_none,
            merge: fields_of_a_newer_version_are_kept,
            merge: a_row_says_who_wrote_each_field,
            merge: an_inbox_item_is_settled_by_its_person_alone,
            merged: what_was_merged_moves_with_what_it_is,
            merged: what_comes_to_a_merged_record_later_lives_where_that_lives,
            merged: a_merge_taken_back_leaves_each_where_it_says,
            merged: merges_that_close_a_circle_are_refused,
            merged: a_purge_takes_what_was_merged_along,
            merged: an_edit_behind_a_merge_is_told_to_whoever_merged,
            buckets: a_move_takes_the_children_along_and_leaves_exits_that_name_the_grid,
            buckets: an_ex_managers_late_edit_counts_by_its_own_time,
            buckets: a_late_edit_reaches_nothing_that_came_after_its_time,
            buckets: a_clock_set_back_regains_no_grant,
            buckets: a_forked_devices_clock_goes_on_where_the_old_one_stopped,
            buckets: nobody_gets_rows_outside_her_grants,
            buckets: small_answers_arrive_at_the_same_rows,
            buckets: her_own_bucket_comes_first,
            buckets: the_digest_is_that_of_the_rows,
            buckets: a_bucket_that_stands_has_no_part,
            buckets: a_revoked_device_gets_nothing_and_its_ops_wait,
            buckets: a_lost_device_is_told_so,
            buckets: a_supervisor_asks_across_grids_without_holding_them,
            buckets: a_manager_asks_no_further_than_her_grids,
            pages: pages_hold_the_same_rows_as_deltas,
            pages: roots_come_before_children_and_never_share_a_page,
            pages: an_empty_bucket_has_no_pages_and_stands,
            pages: a_cursor_beyond_the_bucket_begins_anew,
            pages: a_cursor_before_the_horizon_begins_anew,
            pages: a_cursor_of_another_epoch_begins_anew,
            pages: a_page_without_a_grant_is_refused,
            pages: what_left_takes_its_own_pages_anew_and_no_other,
            pages: a_page_of_before_the_horizon_is_gone,
            pages: a_server_that_was_swapped_draws_a_new_epoch,
            waiting: an_op_without_the_right_waits_and_a_grant_lets_it_through,
            waiting: an_edit_of_an_unknown_record_waits_until_it_comes,
            waiting: what_builds_on_a_waiting_op_follows_it_in_order,
            waiting: an_op_that_still_waits_keeps_its_place_in_the_line,
            waiting: a_forked_device_waits_behind_what_it_wrote_before,
            waiting: a_refused_create_takes_its_dependents_along,
            waiting: a_retry_of_a_refused_create_is_judged_by_itself,
            waiting: an_administrator_decides_about_what_waits,
            waiting: a_lead_decides_for_her_grid,
            waiting: a_lead_decides_for_no_other_grid,
            waiting: what_arrives_takes_an_op_off_the_desk,
            transfers: a_grid_is_emptied_in_steps,
            transfers: a_transfer_leaves_who_came_later_and_is_taken_back,
            transfers: a_transfer_stops_when_told_or_without_the_right,
            waiting: what_is_settled_leaves_the_desk_after_its_time,
            waiting: a_decision_may_come_before_the_op,
            waiting: a_grant_since_counts_for_no_place_that_the_record_has_left,
            waiting: a_kind_of_a_newer_version_waits,
            waiting: a_patch_of_a_newer_form_waits_whole,
            waiting: a_deactivated_persons_ops_wait_for_thirty_days,
            events: an_event_is_stored_with_a_receipt_that_verifies,
            events: a_broken_chain_or_signature_is_flagged_and_blocks_nothing,
            events: an_unauthorised_event_is_stored_and_says_so,
            events: an_orphan_lives_with_its_author_until_its_parent_comes,
            events: an_orphan_whose_author_has_no_right_where_it_belongs_says_so,
            events: what_builds_on_a_refused_create_says_no_more_than_of_any_other_record,
            events: an_arrival_leaves_a_trace_that_survives_the_customers_move,
            events: committed_values_stand_open_only_where_they_fit,
            events: an_event_never_changes,
            events: receipts_are_logged_in_order_and_their_root_is_published,
            events: a_purge_leaves_an_events_link_and_takes_its_values,
            administration: an_account_is_one_persons,
            administration: the_last_administrator_stays,
            administration: a_role_brings_its_grants_and_takes_them,
            administration: only_administrators_change_people,
            administration: a_new_administrator_comes_by_a_link_that_works_once,
            administration: a_password_is_changed_with_the_old_one_or_by_an_administrator,
            privacy: an_op_without_the_right_learns_no_name,
            privacy: an_event_without_the_right_learns_no_name_and_counts_for_no_grid,
            privacy: what_was_written_in_anothers_name_is_shown_to_nobody_else,
            privacy: whoever_lost_the_right_is_not_told_what_stands_now,
            privacy: a_page_holds_nothing_that_left_its_bucket_since,
            privacy: a_page_holds_nothing_of_a_purged_event,
            purge: a_purge_takes_what_others_were_told_and_leaves_a_trace_without_a_name,
            purge: what_comes_after_a_purge_is_kept_without_its_values,
            privacy: numbers_are_of_what_the_asker_may_read,
            privacy: a_revoked_device_neither_administers_nor_hears_of_its_photos,
            privacy: an_event_among_other_changes_is_refused,
            privacy: a_hash_that_one_knows_opens_nothing,
            privacy: a_photo_is_read_by_whoever_reads_its_event,
        }
    };
    (@cases $make:expr; $($slice:ident: $case:ident,)*) => {
        $(#[test]
        fn $case() {
            $crate::ledger::$slice::$case(&mut $crate::ledger::office::Office::new($make));
        })*
    };
}
